"""Where databases are put, since they are copied all the time."""

from __future__ import annotations

import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3


def roomy_place() -> str:
    """Memory where there is enough of it, else ``/tmp``: a socket's path is short."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        return str(MEMORY)
    return "/tmp"
