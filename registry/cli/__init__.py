"""The ``registry`` command: every task of an installation that is done at its host."""

from registry.cli.commands import main

__all__ = ["main"]
