"""What is slow to make and the same for all workers of a run: the first makes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 600


def made_once(file: Path, make: Callable[[], str]) -> str:
    """What ``make`` tells, kept in a file: one process makes it, the others wait.

    Where making fails, the next one that wants it tries again.
    """
    turn = file.with_suffix(".making")
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not file.exists():
        try:
            turn.touch(exist_ok=False)
        except FileExistsError:
            assert time.monotonic() < give_up, f"{file} is never made"
            time.sleep(0.1)
            continue
        try:
            if not file.exists():
                part = file.with_suffix(".part")
                part.write_text(make(), "utf-8")
                part.rename(file)
        finally:
            turn.unlink()
    return file.read_text("utf-8")
