"""A mail server for tests, on a real socket, which can be told to misbehave.

It asks no clock, so that it works in tests in which time stands still.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest

LAST_LINE = b".\r\n"


class Postbox:
    """What arrived, and how the server answers; shared with its threads."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], Any]] = []
        """(recipients, message) of every mail that was taken over."""
        self.recipient_answers: dict[str, str] = {}
        """By address: another answer to RCPT than yes."""
        self.sender_answer = ""
        """Another answer to MAIL than yes."""
        self.silence = threading.Event()
        """Cleared, it keeps whoever sends waiting until it is set."""
        self.silence.set()
        self.spoken_to = threading.Event()
        """Set once somebody has begun to send."""
        self.data_answer = ""
        """Another answer to the mail itself than yes."""
        self.hangs_up_after_data = False
        """Take the mail over, and break off before saying so."""
        self.greeting = "220 mail.test ready"

    def texts(self) -> list[str]:
        """The text of every mail that was taken over."""
        return [mail.get_content() for _to, mail in self.mails]


class _Talk(socketserver.StreamRequestHandler):
    """One connection, line by line, as RFC 5321 has it."""

    server: MailServer
    timeout = 30

    def handle(self) -> None:
        self.to: list[str] = []
        self._say(self.server.box.greeting)
        while line := self.rfile.readline(2_000):
            words = line.decode("ascii", "replace").strip()
            verb = words.partition(" ")[0].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            if verb == "DATA":
                if not self._take():
                    return
            else:
                self._say(self._answer(verb, words))

    def _answer(self, verb: str, words: str) -> str:
        if verb in {"EHLO", "HELO"}:
            return "250 mail.test"
        if verb == "MAIL":
            self.to = []
            box = self.server.box
            box.spoken_to.set()
            box.silence.wait(30)
            if box.sender_answer:
                return box.sender_answer
        if verb == "RSET":
            self.to = []
        if verb == "RCPT":
            address = words.partition("<")[2].partition(">")[0]
            answer = self.server.box.recipient_answers.get(address)
            if answer:
                return answer
            self.to.append(address)
        known = {"MAIL", "RCPT", "RSET", "NOOP"}
        return "250 ok" if verb in known else "502 not here"

    def _take(self) -> bool:
        """Read a mail and answer; False if the connection is to end."""
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (LAST_LINE, b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        box = self.server.box
        if box.data_answer:
            self._say(box.data_answer)
            return True
        read = message_from_bytes(b"".join(lines), policy=policy.default)
        box.mails.append((self.to, read))
        if box.hangs_up_after_data:
            return False
        self._say("250 taken over")
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server on a free port of this machine."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.box = Postbox()

    @property
    def url(self) -> str:
        """Its address, as a setting writes it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that takes everything until told otherwise."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
