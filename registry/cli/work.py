"""``registry work``: long jobs and timed duties, in the server or beside it."""

from __future__ import annotations

import signal
import threading
from typing import Any

import click
from flask import Flask

from registry.cli.duties import every_duty
from registry.cli.frame import Installation, said
from registry.cli.postman import postmen
from registry.cli.words import Command
from registry.jobs.running import Worker
from registry.upkeep.actions import Caretaker
from registry.web.base.logs import configure_logs
from registry.words import N_, _


class Hands:
    """The threads of one process that do what nobody waits for at a page."""

    def __init__(self, app: Flask) -> None:
        self.worker = Worker(app)
        self.caretaker = Caretaker(app, every_duty())
        self.postmen = postmen(app)

    def start(self) -> None:
        """Begin working."""
        self.worker.start()
        self.caretaker.start()
        for each in self.postmen:
            each.start()

    def ask_to_stop(self) -> None:
        """Begin nothing new; the job in hand is left to whoever takes it up again."""
        self.worker.stopping.set()
        self.caretaker.stopping.set()
        for each in self.postmen:
            each.stopping.set()

    def stop(self) -> None:
        """Begin nothing new, and wait for the job in hand."""
        self.ask_to_stop()
        self.worker.stop()
        self.caretaker.stop()
        for each in self.postmen:
            each.stop()


@click.command(
    "work",
    cls=Command,
    help=N_("专门运行后台任务（导入、打印、封存等），可与 serve 分开运行。"),
)
@click.pass_obj
def work(installation: Installation) -> None:
    """Run jobs and duties until told to stop."""
    done = threading.Event()

    def end(*_signal: Any) -> None:
        done.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    configure_logs(installation.settings.log_format)
    with installation.at_work() as app:
        hands = Hands(app)
    hands.start()
    said(_("后台任务已开始。停止：Ctrl+C"))
    done.wait()
    said(_("正在等手头的任务做完……"))
    hands.stop()
    said(_("已停止。"))
