"""``registry secret``: a secret key, made for this installation and no other."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from registry.cli.frame import REFUSED, said
from registry.cli.words import Command
from registry.words import N_, _

BYTES = 48


@click.command(
    "secret",
    cls=Command,
    help=N_("生成密钥。给出文件名则写入该文件（仅本人可读），不覆盖已有文件。"),
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
def secret(file: Path | None) -> int:
    """Print a new secret key, or keep it in a new file that only its owner can read."""
    made = secrets.token_urlsafe(BYTES)
    if file is None:
        click.echo(made)
        return 0
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        said(_("文件已存在，没有改动：%(file)s", file=file))
        return REFUSED
    with os.fdopen(descriptor, "w", encoding="ascii") as written:
        written.write(f"{made}\n")
    said(_("已写入 %(file)s。请设置：REGISTRY_SECRET_FILE=%(file)s", file=file))
    return 0
