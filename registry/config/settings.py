"""The settings of an installation and how they are read from ``REGISTRY_*``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from registry.config.robots import PUBLIC_HOSTS, BadRobotHost, read_robot_hosts
from registry.config.smtp import BadSmtpUrl, read_smtp_url

SAMPLE_SECRETS = frozenset({"change-me", "secret", "dev", "sample", "changeme"})
LEAST_SECRET_LENGTH = 32
_ADDRESS = re.compile(r"[^@\s]+@[A-Za-z0-9.-]+")


class SettingsError(Exception):
    """A setting is missing or cannot be; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """What an installation chooses; ``REGISTRY_`` and a field's name sets it."""

    database_url: str = "sqlite:///var/registry.db"
    """Where the ledger lives: ``sqlite:///path`` or ``postgresql://…``."""
    secret_key: str = field(default="", repr=False)
    """Signs cookies and forms; at least 32 characters. Or name a file with it."""
    secret_file: str = ""
    """A file that holds the secret key, made by ``registry secret``."""
    public_url: str = "http://127.0.0.1:8000"
    """The address people use, printed on labels unless an institution has its own."""
    trusted_hosts: str = ""
    """Further host names to answer to, separated by commas."""
    proxies: int = 0
    """How many reverse proxies stand in front and set X-Forwarded-* headers."""
    session_idle_hours: int = 8
    """A session ends after so many hours without a request."""
    session_days: int = 7
    """A session ends after so many days in any case."""
    password_length: int = 8
    """The least number of characters of a password."""
    argon2_memory_kib: int = 65536
    """Memory used to hash one password, in KiB."""
    argon2_rounds: int = 3
    """Passes over that memory."""
    metrics_token: str = field(default="", repr=False)
    """Bearer token for ``/metrics``; without one it is not served."""
    log_format: str = "json"
    """``json`` or ``console``."""
    body_megabytes: int = 12
    """The largest request body, imports apart."""
    import_megabytes: int = 50
    """The largest spreadsheet accepted for import."""
    font_path: str = ""
    """Another OpenType font for labels and PDFs; the packaged one otherwise."""
    worker_in_process: bool = True
    """Run long jobs in a thread of the server; off where ``registry work`` runs."""
    live_streams: int = 0
    """Most streams to open pages in one process: never over half of its threads, which
    0 stands for; under another server than ``registry serve`` 0 is none."""
    smtp_url: str = field(default="", repr=False)
    """The mail server: ``smtp+starttls://user:password@host:587``; none, no mail."""
    mail_from: str = ""
    """The address that notices by mail come from."""
    robot_hosts: str = PUBLIC_HOSTS
    """Hosts at which group robots may be called, separated by commas; a gateway of
    one's own is written with ``http://`` or ``https://``. Empty: none is called."""
    backup_folder: str = ""
    """Where `registry backup create` writes unless told otherwise."""
    demo: bool = False
    """Show on the sign-in page that this is the demo school, and who to sign in as."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read ``REGISTRY_*`` variables; SettingsError for what cannot be."""
        given = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for known in fields(cls):
            text = given.get(f"REGISTRY_{known.name.upper()}")
            if text is not None:
                values[known.name] = _read(known.name, str(known.type), text)
        if values.get("secret_file") and not values.get("secret_key"):
            values["secret_key"] = _secret_from(values["secret_file"])
        return cls(**values).checked()

    def checked(self) -> Settings:
        """The same settings, or SettingsError if they cannot work together."""
        if self.secret_key in SAMPLE_SECRETS:
            raise SettingsError("REGISTRY_SECRET_KEY is a sample; run: registry secret")
        if len(self.secret_key) < LEAST_SECRET_LENGTH:
            raise SettingsError(
                "REGISTRY_SECRET_KEY (or REGISTRY_SECRET_FILE) must hold at least "
                f"{LEAST_SECRET_LENGTH} characters; make one with: registry secret"
            )
        if not self.public_url.startswith(("http://", "https://")):
            raise SettingsError(
                "REGISTRY_PUBLIC_URL must begin with http:// or https://"
            )
        if self.log_format not in {"json", "console"}:
            raise SettingsError("REGISTRY_LOG_FORMAT is json or console")
        self._check_mail()
        try:
            read_robot_hosts(self.robot_hosts)
        except BadRobotHost as error:
            raise SettingsError(
                f"REGISTRY_ROBOT_HOSTS cannot be read at: {error}"
            ) from error
        return self

    def _check_mail(self) -> None:
        if not self.smtp_url:
            return
        try:
            read_smtp_url(self.smtp_url)
        except BadSmtpUrl as error:
            raise SettingsError(f"REGISTRY_SMTP_URL cannot be read: {error}") from error
        if not _ADDRESS.fullmatch(self.mail_from):
            raise SettingsError(
                "REGISTRY_MAIL_FROM must be the address that mail comes from"
            )

    @property
    def sends_mail(self) -> bool:
        """Whether notices go out by mail."""
        return bool(self.smtp_url)

    @property
    def calls_robots(self) -> bool:
        """Whether group robots may be called at all."""
        return bool(read_robot_hosts(self.robot_hosts))

    @property
    def secure(self) -> bool:
        """Whether people reach the registry over HTTPS."""
        return self.public_url.startswith("https://")


def _read(name: str, kind: str, text: str) -> Any:
    if kind == "bool":
        return text.strip().lower() in {"1", "true", "yes", "on"}
    if kind == "int":
        if not (text.isascii() and text.isdigit()):
            raise SettingsError(f"REGISTRY_{name.upper()} must be a whole number")
        return int(text)
    return text


def _secret_from(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"REGISTRY_SECRET_FILE cannot be read: {error}") from error
