"""Waiting at the terminal for a long job, whoever carries it out."""

from __future__ import annotations

import sys
import time

import click
from flask import Flask

from registry.access.actor import Actor
from registry.jobs.actions import cancel
from registry.jobs.models import Job, JobState
from registry.jobs.queries import job as job_of
from registry.jobs.running import Worker
from registry.store.db import session
from registry.words import _

LOOK_EVERY_SECONDS = 0.2
UNFINISHED = {JobState.WAITING, JobState.RUNNING}


def see_through(app: Flask, actor: Actor, job_id: int) -> Job:
    """Work on jobs here until this one is over, be it here or in the server.

    Interrupting asks it to stop, and waits until it has.
    """
    worker = Worker(app)
    worker.start()
    try:
        return _over(actor, job_id)
    except KeyboardInterrupt:
        cancel(actor, job_id)
        return _over(actor, job_id)
    finally:
        worker.stop()


def _over(actor: Actor, job_id: int) -> Job:
    while True:
        session().rollback()
        found = job_of(actor, job_id)
        _show(found)
        if found.state not in UNFINISHED:
            return found
        time.sleep(LOOK_EVERY_SECONDS)


def _show(found: Job) -> None:
    """How far it is, in one line that is written over; nothing into a file."""
    if not sys.stderr.isatty():
        return
    told = _("已处理 %(done)s / %(total)s", done=found.done, total=found.total)
    ending = "\n" if found.state not in UNFINISHED else ""
    click.echo(f"\r{told}{ending}", err=True, nl=False)
