"""Say what is missing before the first environment is made: the version of Python, or Debian's venv package."""

import importlib.util
import sys

MINIMUM = (3, 11)

if sys.version_info < MINIMUM:
    sys.exit(
        f"python3 is {sys.version.split()[0]}; SAAI needs {MINIMUM[0]}.{MINIMUM[1]} or newer: make PYTHON=python3.13"
    )
if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    sys.exit(f"python3 can't make virtual environments here. On Debian or Ubuntu: apt install {package}")
