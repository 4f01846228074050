"""``python -m saai_contracts``: write the published contracts, hold them against the released ones, release them.

``write`` records the examples anew and writes schemas, AsyncAPI and OpenAPI to ``packages/contracts/published``;
``check`` says what breaks other services or frontends since the last release; ``release`` keeps today's, which
the next changes are held against.
"""

import argparse
import sys

from saai_contracts.catalogue import contracts
from saai_contracts.published import CHANGELOG, PUBLISHED, VERSION, check, keep, release, write
from saai_contracts.recorder import record


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        prog="saai_contracts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("write", "check", "release"), nargs="?", default="write")
    command = parser.parse_args().command
    if command == "write":
        keep(record())
        write()
        sys.stdout.write(f"written to {PUBLISHED}\n")
        return
    problems = list(check(contracts(), version=VERSION, changelog=CHANGELOG.read_text(encoding="utf-8")))
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if problems:
        sys.exit(1)
    if command == "release":
        release()
    sys.stdout.write(f"version {VERSION} breaks nobody\n" if command == "check" else f"released {VERSION}\n")


if __name__ == "__main__":
    main()
