"""Where things stand in the working copy."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]

INFRASTRUCTURE_PROGRAM = REPOSITORY / "infra" / "__main__.py"

STATE = REPOSITORY / ".local"
"""What a running local AWS leaves for tools and people: stack.json, logs, the lock of `make dev`."""

MINISTACK_PYTHON = REPOSITORY / ".venv-ministack" / "bin" / "python"
"""MiniStack has an environment of its own, since functions see its site-packages."""
