"""The thread that sends mail, apart from all others: a slow server holds nobody up."""

from __future__ import annotations

import threading

import structlog
from flask import Flask

from registry.config import Settings
from registry.notifications.mailing import send_due
from registry.store.db import db

LOOK_EVERY_SECONDS = 10.0

log = structlog.get_logger("registry.mail")


class Postman:
    """Sends what is due until told to stop; does nothing where mail is not set up."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.settings: Settings = app.extensions["registry_settings"]
        self.stopping = threading.Event()
        self.thread = threading.Thread(
            target=self._work, name="registry-mail", daemon=True
        )

    def start(self) -> None:
        """Begin looking for mail to send, if there is a server to send it by."""
        if self.settings.sends_mail:
            self.thread.start()

    def stop(self) -> None:
        """Send the mail in hand, and end."""
        self.stopping.set()
        if self.thread.ident is not None:
            self.thread.join(timeout=30)

    def _work(self) -> None:
        while not self.stopping.wait(LOOK_EVERY_SECONDS):
            with self.app.app_context():
                try:
                    send_due(self.settings)
                except Exception:
                    log.exception("postman_stumbled")
                finally:
                    db.session.remove()
