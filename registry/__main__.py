"""``python -m registry`` and the ``registry`` command: the commands, given the app."""

from __future__ import annotations

from registry.app import create_app
from registry.cli.commands import main as carry_out


def main() -> None:
    """Carry out the command line."""
    carry_out(create_app)


if __name__ == "__main__":
    main()
