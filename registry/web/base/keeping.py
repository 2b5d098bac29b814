"""Whether what people do is kept: of each process, what its storage refused of late."""

from __future__ import annotations

import time

from flask import Flask, current_app

from registry.kernel.errors import Busy, StorageFailing, StorageFull

EXTENSION = "registry_unsaved"
OF_LATE_SECONDS = 60.0


def note_unsaved(refusal: Busy) -> None:
    """Note that something was not saved, if it is for want of storage."""
    if isinstance(refusal, StorageFull | StorageFailing):
        noted = (refusal.code, time.monotonic())
        current_app.extensions[EXTENSION] = noted


def storage(app: Flask) -> str:
    """``ok``, or the code of what was refused within the last minute."""
    code, at = app.extensions.get(EXTENSION, ("ok", time.monotonic()))
    return str(code) if time.monotonic() - at < OF_LATE_SECONDS else "ok"
