"""All commands, and the way in."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from registry.cli.admin import admin
from registry.cli.backup import backup, move
from registry.cli.database import db
from registry.cli.demo import demo
from registry.cli.doctor import doctor
from registry.cli.exporting import export
from registry.cli.frame import CreateApp, Installation, run
from registry.cli.idle import idle
from registry.cli.importing import import_
from registry.cli.labels import labels
from registry.cli.ledger import seal, verify
from registry.cli.mail import mail
from registry.cli.matching import match_command
from registry.cli.sample import sample
from registry.cli.secret import secret
from registry.cli.serve import serve_command
from registry.cli.settings import settings
from registry.cli.thesaurus import thesaurus
from registry.cli.words import Group
from registry.cli.work import work
from registry.web.base.logs import configure_logs
from registry.words import N_

COMMANDS = [
    admin,
    backup,
    db,
    demo,
    doctor,
    export,
    idle,
    import_,
    labels,
    match_command,
    mail,
    move,
    sample,
    seal,
    secret,
    serve_command,
    settings,
    thesaurus,
    verify,
    work,
]
commands = Group(
    "registry",
    help=N_("资产台账：登记、标签、扫码、闲置共享、盘点。"),
    commands=COMMANDS,
)


def main(create_app: CreateApp, arguments: Sequence[str] | None = None) -> None:
    """Carry out the process's command line and end the process."""
    configure_logs("console", "WARNING")
    installation = Installation(create_app, os.environ)
    given = sys.argv[1:] if arguments is None else arguments
    sys.exit(run(commands, installation, given))
