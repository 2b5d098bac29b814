"""Reading a stream of server-sent events while a test goes on."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

PATIENCE_SECONDS = 60


class Ear:
    """Hears a stream in a thread of its own, event by event, until it ends."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.last_id: int | None = None
        self.is_over = False
        self._came = threading.Condition()
        self._thread = threading.Thread(target=self._hear, args=[pieces], daemon=True)
        self._thread.start()

    def of(self, *names: str) -> list[Any]:
        """What the events of these names have brought so far."""
        return [brought for name, brought in list(self.heard) if name in names]

    def until(self, happened: Callable[[Ear], Any]) -> Any:
        """Wait until something is true of what was heard; what it gives."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        with self._came:
            while not (found := happened(self)):
                left = give_up - time.monotonic()
                assert left > 0, f"heard only {self.heard}"
                assert not self.is_over, f"over after {self.heard}"
                self._came.wait(left)
        return found

    def until_over(self) -> None:
        """Wait until the stream has ended."""
        self._thread.join(PATIENCE_SECONDS)
        assert self.is_over, f"not over after {self.heard}"

    def _hear(self, pieces: Iterable[bytes]) -> None:
        text = ""
        try:
            for piece in pieces:
                text += piece.decode()
                *whole, text = text.split("\n\n")
                for each in whole:
                    self._note(each)
        finally:
            with self._came:
                self.is_over = True
                self._came.notify_all()

    def _note(self, event: str) -> None:
        fields = dict(line.split(": ", 1) for line in event.split("\n") if line)
        with self._came:
            if "id" in fields:
                self.last_id = int(fields["id"])
            if "event" in fields:
                self.heard.append((fields["event"], json.loads(fields["data"])))
            self._came.notify_all()
