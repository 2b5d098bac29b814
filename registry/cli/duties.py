"""Every timed duty of an installation, from whatever part of it they come."""

from __future__ import annotations

from datetime import timedelta

from registry.auth.actions import forget_ended_sessions
from registry.auth.throttling import forget_old_buckets
from registry.notifications.actions import begin_digests, forget_old_notices
from registry.procurement.actions.rechecking import look_again_everywhere
from registry.sharing.actions import (
    ask_everywhere,
    end_expired_holds,
    look_after_loans,
    look_for_wanted,
)
from registry.upkeep.actions import Task, Upkeep
from registry.waiting.actions import escalate_due
from registry.web.base.idempotency import forget_old_answers


def every_duty() -> Upkeep:
    """Sealing, asking further up, and forgetting what need not be kept."""
    upkeep = Upkeep()
    upkeep.add(Task("idle", timedelta(hours=6), ask_everywhere))
    upkeep.add(Task("checks", timedelta(minutes=5), look_again_everywhere))
    upkeep.add(Task("holds", timedelta(minutes=1), end_expired_holds))
    upkeep.add(Task("loans", timedelta(minutes=15), look_after_loans))
    upkeep.add(Task("wanted", timedelta(minutes=5), look_for_wanted))
    upkeep.add(Task("waits", timedelta(minutes=1), escalate_due))
    upkeep.add(Task("sessions", timedelta(hours=6), forget_ended_sessions))
    upkeep.add(Task("throttles", timedelta(hours=6), forget_old_buckets))
    upkeep.add(Task("digests", timedelta(minutes=5), begin_digests))
    upkeep.add(Task("notices", timedelta(days=1), forget_old_notices))
    upkeep.add(Task("answers", timedelta(days=1), forget_old_answers))
    return upkeep
