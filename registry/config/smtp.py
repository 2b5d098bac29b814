"""The address of a mail server, as one setting writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class BadSmtpUrl(ValueError):
    """The address cannot be read; the message says what it looks like."""


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed over: ``smtp``, ``smtp+starttls`` or ``smtps``."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


def read_smtp_url(text: str) -> SmtpServer:
    """``smtps://user:password@host:465`` taken apart; BadSmtpUrl if it cannot be."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadSmtpUrl("its port is no number") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/"):
        raise BadSmtpUrl("write it like smtp+starttls://user:password@host:587")
    return SmtpServer(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
