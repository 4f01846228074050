"""Runs MiniStack for as long as its starter lives. Executed by MiniStack's own interpreter.

Standard input is a pipe that the starter holds open: when it closes, however the starter ended, MiniStack stops and
its temporary folder goes. So nothing is left behind by a starter that was killed.
"""

import os
import runpy
import shutil
import signal
import sys
import threading
import time

PATIENCE = 2.0
"""Seconds that an orderly end may take."""


def stop_with_the_starter() -> None:
    # A raw read: the interpreter can't shut down while a thread holds standard input's buffer.
    while os.read(sys.stdin.fileno(), 1):
        pass
    group = os.getpgrp()  # MiniStack and the functions it started: it has a session of its own.
    os.killpg(group, signal.SIGTERM)
    time.sleep(PATIENCE)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(group, signal.SIGKILL)


def main() -> None:
    runpy.run_module("ministack", run_name="__main__")


if __name__ == "__main__":
    threading.Thread(target=stop_with_the_starter, daemon=True).start()
    try:
        main()
    finally:
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
