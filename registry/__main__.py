"""``python -m registry`` and the ``registry`` command: the commands, given the app."""

from __future__ import annotations

import gc
from importlib import import_module


def main() -> None:
    """Carry out the command line.

    What is imported stays. The collector would look through it again and again while
    it comes in, and later write into the memory the server shares with its workers.
    """
    gc.disable()
    create_app = import_module("registry.app").create_app
    carry_out = import_module("registry.cli.commands").main
    gc.freeze()
    gc.enable()
    carry_out(create_app)


if __name__ == "__main__":
    main()
