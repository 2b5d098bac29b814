"""All commands, and the way in."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from registry.cli.database import db
from registry.cli.frame import CreateApp, Installation, run
from registry.cli.secret import secret
from registry.cli.serve import serve_command
from registry.cli.settings import settings
from registry.cli.words import Group
from registry.words import N_

commands = Group(
    "registry",
    help=N_("资产台账：登记、标签、扫码、闲置共享、盘点。"),
    commands=[secret, settings, db, serve_command],
)


def main(create_app: CreateApp, arguments: Sequence[str] | None = None) -> None:
    """Carry out the process's command line and end the process."""
    installation = Installation(create_app, os.environ)
    given = sys.argv[1:] if arguments is None else arguments
    sys.exit(run(commands, installation, given))


__all__ = ["click", "commands", "main"]
