"""The process in which photos are decoded: one photo in, one answer out, till the end.

A request is a line of JSON (``job``, ``size``) and then that many bytes; an answer is
a line of JSON and then the parts whose sizes it names. Neither is ever unpickled.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from registry.images.cleaning import clean
from registry.images.limits import IDLE_SECONDS
from registry.images.reading import read_frame, read_photo
from registry.kernel.errors import Refused

if sys.platform != "win32":
    import resource

Job = Callable[[bytes], tuple[dict[str, Any], list[bytes]]]

JOBS: dict[str, Job] = {"clean": clean, "frame": read_frame, "photo": read_photo}

_MOST_FILES = 64


def _limit(memory: int) -> None:
    """Bound this process: memory, no writing to disk, no core dump."""
    if sys.platform == "win32":
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
    ):
        resource.setrlimit(what, (most, most))


def _volunteer() -> None:
    """Should the machine run out of memory, let it be this process that goes."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _doors() -> tuple[BinaryIO, BinaryIO]:
    """Requests and answers; whatever a library prints goes where nobody reads it."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, answers


def _answer(job: str, data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The answer or the refusal; whatever else goes wrong ends this process."""
    try:
        facts, parts = JOBS[job](data)
    except Refused as refusal:
        return {"refusal": refusal.code, "facts": refusal.facts}, []
    return {"facts": facts}, parts


def _wait_for_request(requests: BinaryIO) -> bytes:
    """The line that opens the next request, or nothing after a long quiet."""
    if sys.platform != "win32":
        ready, _, _ = select.select([requests], [], [], IDLE_SECONDS)
        if not ready:
            return b""
    return requests.readline()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the other side closes, or nothing comes for long."""
    while line := _wait_for_request(requests):
        request = json.loads(line)
        head, parts = _answer(request["job"], requests.read(request["size"]))
        head["sizes"] = [len(part) for part in parts]
        answers.write(json.dumps(head).encode() + b"\n" + b"".join(parts))
        answers.flush()


def main() -> None:
    """Serve within the memory named on the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # our own, lower limit is checked on opening
    _volunteer()
    _limit(int(sys.argv[1]))
    serve(*_doors())


if __name__ == "__main__":
    main()
