"""Second factors, and the phone that makes their codes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from registry.access.actor import Actor
from registry.auth import actions, queries
from registry.auth.rules import second_factor as rules
from registry.config import Settings
from registry.kernel.clock import now
from registry.organisation.models import Person
from tests.factories.auth import begin_session

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass
class Phone:
    """What somebody's authenticator knows, and their spare codes on paper."""

    secret: bytes
    spare: list[str] = field(default_factory=list)

    @classmethod
    def taught(cls, typed: str) -> Phone:
        """A phone into which a secret was typed."""
        bits = "".join(f"{BASE32.index(each):05b}" for each in typed.replace(" ", ""))
        whole = len(bits) // 8 * 8
        return cls(int(bits[:whole], 2).to_bytes(whole // 8, "big"))

    def code(self, steps: int = 0) -> str:
        """What it shows now, or so many half minutes before or after."""
        return rules.code_of(self.secret, rules.step_at(now()) + steps)


def in_session(settings: Settings, person: Person) -> Actor:
    """Somebody who has given their password a moment ago, with no code asked."""
    visit = queries.visit_of_session(settings, begin_session(settings, person))
    assert visit is not None
    return visit.actor


def set_up(settings: Settings, actor: Actor) -> Phone:
    """Give whoever has just signed in a second factor; its first code is used up."""
    made = actions.begin_second_factor(actor, settings)
    phone = Phone.taught(made.secret)
    spare = actions.confirm_second_factor(actor, settings, phone.code())
    return replace(phone, spare=spare)
