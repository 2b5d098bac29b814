"""Who stands behind a session or token, in one statement; and lists for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from registry.access.actor import Actor, Door, Grant
from registry.access.permissions import Permission
from registry.access.roles import DECIDING, Role
from registry.auth.models import (
    ApiToken,
    Credential,
    HalfSignIn,
    SecondFactor,
    SignInSession,
    SpareCode,
)
from registry.auth.rules import fold_name, secret_hash, session_is_live
from registry.auth.rules.second_factor import unseal
from registry.auth.states import FactorState
from registry.config import Settings
from registry.journal.models import Position
from registry.kernel.clock import now
from registry.kernel.errors import Missing
from registry.organisation.models import (
    Department,
    FactorFor,
    Institution,
    Person,
    RoleGrant,
)
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

FRESH = timedelta(minutes=15)
"""So soon after signing in nobody is asked for the password once more."""


@dataclass(frozen=True, slots=True)
class House:
    """What a page shows of the institution it belongs to."""

    id: int
    slug: str
    name: str
    short_name: str
    accent: str
    time_zone: str
    language: str
    currency: str
    contact: str
    label_url: str


HOUSE = (
    Institution.id,
    Institution.slug,
    Institution.name,
    Institution.short_name,
    Institution.accent,
    Institution.time_zone,
    Institution.language,
    Institution.currency,
    Institution.contact,
    Institution.label_url,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with somebody behind it: who, of which house, and how they read."""

    actor: Actor
    house: House
    language: str
    text_size: str
    must_change: bool
    seen_at: datetime | None
    """When the session or token was last noted as used."""
    record_id: int
    """The session's or the token's own id."""
    must_enrol: bool = False
    """Whether nothing may be done before a second factor is set up."""
    enrol_from: datetime | None = None
    """From when on that is so at the next sign-in; none: not asked for, or there."""
    position: int = 0
    """Where the journal was: what is read from now on holds everything up to it."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing of one's sign-in is to be seen to before anything else."""
        return not (self.must_change or self.must_enrol)


def houses() -> list[House]:
    """Every institution as pages show it, oldest first."""
    rows = session().execute(sa.select(*HOUSE).order_by(Institution.id))
    return [House(**row._mapping) for row in rows]


_home = aliased(Department)
_held_for = aliased(Department)

_PERSON = (
    Person.id,
    Person.name,
    Person.department_id,
    _home.path,
    Person.language,
    Person.text_size,
    Credential.must_change,
)
_FACTOR = (SecondFactor.state, Institution.factor_for, Institution.factor_from)
_GRANT = (
    RoleGrant.role,
    RoleGrant.starts_on,
    RoleGrant.ends_on,
    _held_for.path,
    RoleGrant.granted_at,
)


def _behind(
    secret: type[SignInSession] | type[ApiToken],
    own: tuple[Any, ...],
    ended: InstrumentedAttribute[datetime | None],
) -> sa.Select[Any]:
    """A select of everything about the holder of a secret, a row for each grant."""
    return (
        sa.select(*own, *_PERSON, *HOUSE, Position.last, *_FACTOR, *_GRANT)
        .select_from(secret)
        .join(
            Credential,
            sa.and_(
                Credential.institution_id == secret.institution_id,
                Credential.person_id == secret.person_id,
            ),
        )
        .join(Person, Person.id == secret.person_id)
        .join(_home, _home.id == Person.department_id)
        .join(Institution, Institution.id == secret.institution_id)
        .join(Position, Position.institution_id == secret.institution_id)
        .outerjoin(
            SecondFactor,
            sa.and_(
                SecondFactor.institution_id == secret.institution_id,
                SecondFactor.person_id == secret.person_id,
            ),
        )
        .outerjoin(
            RoleGrant,
            sa.and_(
                RoleGrant.institution_id == secret.institution_id,
                RoleGrant.person_id == secret.person_id,
                RoleGrant.revoked_at.is_(None),
            ),
        )
        .outerjoin(_held_for, _held_for.id == RoleGrant.department_id)
        .where(
            secret.token_hash == sa.bindparam("token_hash"),
            ended.is_(None),
            secret.expires_at > sa.bindparam("moment"),
            Credential.disabled_at.is_(None),
            Person.left_on.is_(None),
        )
        .order_by(RoleGrant.id)
    )


@cache
def _behind_session() -> sa.Select[Any]:
    own = (
        SignInSession.id,
        SignInSession.seen_at,
        SignInSession.expires_at,
        SignInSession.created_at,
        SignInSession.stands_in,
    )
    return _behind(SignInSession, own, SignInSession.ended_at)


@cache
def _behind_token() -> sa.Select[Any]:
    own = (
        ApiToken.id,
        ApiToken.last_used_at,
        ApiToken.scopes,
        ApiToken.created_at,
        sa.false(),
    )
    return _behind(ApiToken, own, ApiToken.revoked_at)


def make_ready() -> None:
    """Make the statements asked with every request, while nobody asks yet.

    They are kept; made by several first requests at once they could be kept wrong.
    """
    _behind_session()
    _behind_token()


def _rows(query: sa.Select[Any], secret: str, moment: datetime) -> list[Any]:
    values = {"token_hash": secret_hash(secret), "moment": moment}
    return list(session().execute(query, values))


def visit_of_session(settings: Settings, token: str) -> Visit | None:
    """Who is behind a session's token; None once it has ended, idled or run out."""
    moment = now()
    rows = _rows(_behind_session(), token, moment)
    if not rows or not session_is_live(settings, moment, rows[0][1], rows[0][2]):
        return None
    return _visit(rows, moment, Door.PAGE, None)


def visit_of_token(bearer: str) -> Visit | None:
    """Who is behind an API token; None if it is unknown, revoked or expired."""
    moment = now()
    rows = _rows(_behind_token(), bearer, moment)
    if not rows:
        return None
    return _visit(rows, moment, Door.API, frozenset(rows[0][2]))


def actor_of_session(settings: Settings, token: str) -> Actor | None:
    """The actor behind a session's token."""
    visit = visit_of_session(settings, token)
    return visit.actor if visit else None


def actor_of_token(bearer: str) -> Actor | None:
    """The actor behind an API token, limited to its scopes."""
    visit = visit_of_token(bearer)
    return visit.actor if visit else None


def _visit(
    rows: list[Any], moment: datetime, door: Door, scopes: frozenset[str] | None
) -> Visit:
    record_id, seen_at, _, began, stands_in, *rest = rows[0]
    person_id, name, department_id, path, language, size, must_change = rest[:7]
    house = House(*rest[7 : 7 + len(HOUSE)])
    position, *factor = rest[7 + len(HOUSE) : 11 + len(HOUSE)]
    today = moment.astimezone(ZoneInfo(house.time_zone)).date()
    actor = Actor(
        institution_id=house.id,
        person_id=person_id,
        name=name,
        department_id=department_id,
        department_path=path,
        grants=tuple(_grants((row[-5:-1] for row in rows), today)),
        door=door,
        scopes=scopes,
        session_id=record_id if scopes is None else None,
    )
    from_when = None
    if scopes is None:
        granted = [row[-1] for row in rows if row[-5] in DECIDING and row[-1]]
        from_when = _enrol_from(factor, actor, granted, stands_in=stands_in)
    return Visit(
        actor,
        house,
        language,
        size,
        must_change,
        seen_at,
        record_id,
        must_enrol=from_when is not None and began >= from_when,
        enrol_from=from_when,
        position=position,
    )


def _enrol_from(
    factor: list[Any], actor: Actor, granted: list[datetime], *, stands_in: bool
) -> datetime | None:
    """From when on somebody does nothing without a second factor; None if they may.

    Whoever was given a role of those who decide meets it at the next sign-in.
    """
    state, wanted, since = factor
    if since is None:
        return None
    if state is not None and FactorState(state).is_asked:
        return None
    if not _factor_is_for(wanted, actor, stands_in=stands_in):
        return None
    later = wanted == FactorFor.DECIDERS and not stands_in
    moments: list[datetime] = [since, min(granted)] if later and granted else [since]
    return max(moments)


def _factor_is_for(wanted: str, actor: Actor, *, stands_in: bool) -> bool:
    if wanted == FactorFor.DECIDERS:
        return stands_in or actor.holds(*DECIDING)
    return wanted == FactorFor.EVERYONE


def _grants(rows: Iterable[Any], today: date) -> Iterable[Grant]:
    """The grants that hold today."""
    for role, starts_on, ends_on, path in rows:
        if role is None or (starts_on and starts_on > today):
            continue
        if not (ends_on and ends_on < today):
            yield Grant(Role(role), path)


def factor_of(institution_id: int, person_id: int) -> SecondFactor | None:
    """Somebody's second factor, if they ever began to set one up."""
    return session().scalar(
        sa.select(SecondFactor).where(
            SecondFactor.institution_id == institution_id,
            SecondFactor.person_id == person_id,
        )
    )


def code_is_asked(credential: Credential) -> bool:
    """Whether a password alone does not let this one in."""
    found = factor_of(credential.institution_id, credential.person_id)
    return found is not None and found.is_on


def factor_is_asked(actor: Actor) -> bool:
    """Whether the institution asks for a second factor of somebody in a session."""
    row = session().execute(
        sa.select(Institution.factor_for, SignInSession.stands_in)
        .outerjoin(SignInSession, SignInSession.id == (actor.session_id or 0))
        .where(Institution.id == actor.institution_id)
    )
    wanted, stands_in = row.one()
    return _factor_is_for(wanted, actor, stands_in=bool(stands_in))


def people_with_factor(actor: Actor, person_ids: Iterable[int]) -> set[int]:
    """Of some people those who give a code at sign-in; for who manages sign-ins."""
    actor.require(Permission.CREDENTIAL_MANAGE)
    rows = session().execute(
        sa.select(SecondFactor.person_id, SecondFactor.state).where(
            SecondFactor.institution_id == actor.institution_id,
            SecondFactor.person_id.in_(list(person_ids)),
        )
    )
    return {person_id for person_id, state in rows if FactorState(state).is_asked}


def unreadable_factors(settings: Settings) -> int:
    """How many second factors do not open with the present secret key."""
    rows = session().execute(
        sa.select(
            SecondFactor.institution_id, SecondFactor.person_id, SecondFactor.secret
        ).where(SecondFactor.secret != "")
    )
    return sum(
        unseal(settings.secret_key, (row[0], row[1]), row[2]) is None for row in rows
    )


def spare_code(factor: SecondFactor, mark: str) -> SpareCode | None:
    """The spare code that begins so, used or not."""
    return session().scalar(
        sa.select(SpareCode).where(
            SpareCode.factor_id == factor.id, SpareCode.mark == mark
        )
    )


def spare_codes_left(factor_id: int) -> int:
    """How many spare codes have not been used."""
    counted = session().scalar(
        sa.select(sa.func.count(SpareCode.id)).where(
            SpareCode.factor_id == factor_id, SpareCode.used_at.is_(None)
        )
    )
    return int(counted or 0)


def has_just_signed_in(actor: Actor) -> bool:
    """Whether one has given one's password in this session a moment ago."""
    began = session().scalar(
        sa.select(SignInSession.created_at).where(
            SignInSession.id == (actor.session_id or 0)
        )
    )
    return began is not None and now() - began < FRESH


def half_by_token(token: str) -> HalfSignIn | None:
    """Who has given their password a moment ago, and not yet their code."""
    if not token:
        return None
    return session().scalar(
        sa.select(HalfSignIn).where(
            HalfSignIn.token_hash == secret_hash(token), HalfSignIn.expires_at > now()
        )
    )


def credential_by_name(institution_id: int, name: str) -> Credential | None:
    """The credential whose sign-in name this is, whatever its case and width."""
    return session().scalar(
        sa.select(Credential).where(
            Credential.institution_id == institution_id,
            Credential.folded_name == fold_name(name),
        )
    )


def credential_of(actor: Actor, person_id: int) -> Credential:
    """A person's credential; Missing if they have none."""
    found = session().scalar(
        sa.select(Credential).where(
            Credential.institution_id == actor.institution_id,
            Credential.person_id == person_id,
        )
    )
    if found is None:
        raise Missing(what="credentials")
    return found


def credentials_of(actor: Actor, person_ids: Iterable[int]) -> dict[int, Credential]:
    """The credentials of some people, by person; for those who manage them."""
    actor.require(Permission.CREDENTIAL_MANAGE)
    rows = session().scalars(
        sa.select(Credential).where(
            Credential.institution_id == actor.institution_id,
            Credential.person_id.in_(list(person_ids)),
        )
    )
    return {row.person_id: row for row in rows}


def own_sessions(actor: Actor, settings: Settings) -> list[SignInSession]:
    """One's own live sessions, the latest seen first."""
    actor.require(Permission.OWN_ACCOUNT)
    moment = now()
    rows = session().scalars(
        sa.select(SignInSession)
        .where(
            SignInSession.institution_id == actor.institution_id,
            SignInSession.person_id == actor.person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > moment,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )
    return [
        row
        for row in rows
        if session_is_live(settings, moment, row.seen_at, row.expires_at)
    ]


class TokenStanding(StrEnum):
    """Whether a token can be used, and why not."""

    USABLE = "usable"
    EXPIRED = "expired"
    REVOKED = "revoked"


def token_standing(found: ApiToken) -> TokenStanding:
    """Whether a token can be used now."""
    if found.revoked_at is not None:
        return TokenStanding.REVOKED
    return TokenStanding.USABLE if found.expires_at > now() else TokenStanding.EXPIRED


TOKEN_ORDERS: Orders = {"newest": Order(falling=True)}


@dataclass(frozen=True)
class TokenFilter:
    """What a list of one's own tokens is narrowed to."""

    text: str = ""
    states: tuple[str, ...] = ()


def token_rows(actor: Actor, wanted: TokenFilter, sort: str) -> Rows[ApiToken]:
    """One's own tokens; nobody sees another's."""
    actor.require(Permission.OWN_TOKENS)
    query = sa.select(ApiToken).where(
        ApiToken.institution_id == actor.institution_id,
        ApiToken.person_id == actor.person_id,
    )
    where = [
        ApiToken.name.icontains(word, autoescape=True)
        for word in wanted.text.split()[:8]
    ]
    if wanted.states:
        is_over = ApiToken.expires_at <= now()
        held = ApiToken.revoked_at.is_(None)
        standing = {
            TokenStanding.USABLE: sa.and_(held, ~is_over),
            TokenStanding.EXPIRED: sa.and_(held, is_over),
            TokenStanding.REVOKED: ~held,
        }
        where.append(sa.or_(*(standing[TokenStanding(each)] for each in wanted.states)))
    return Rows(query, ApiToken.id, tuple(where))


def own_tokens(actor: Actor) -> list[ApiToken]:
    """One's own tokens, newest first, those no longer valid included."""
    return list(
        session().scalars(
            token_rows(actor, TokenFilter(), "newest").select.order_by(
                ApiToken.id.desc()
            )
        )
    )


def demo_names(
    institution_id: int, limit: int = 12
) -> list[tuple[str, str, list[str]]]:
    """(sign-in name, person, roles) of a demo school: one for each set of roles."""
    rows = session().execute(
        sa.select(Credential.sign_in_name, Person.name, Person.id, RoleGrant.role)
        .join(Person, Person.id == Credential.person_id)
        .outerjoin(
            RoleGrant,
            sa.and_(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None)),
        )
        .where(
            Credential.institution_id == institution_id,
            Credential.disabled_at.is_(None),
            Person.left_on.is_(None),
        )
        .order_by(Credential.id, RoleGrant.id)
    )
    people: dict[int, tuple[str, str, list[str]]] = {}
    for sign_in_name, name, person_id, role in rows:
        known = people.setdefault(person_id, (sign_in_name, name, []))
        known[2].append(role or Role.STAFF)
    kinds = {tuple(sorted(set(each[2]))): each for each in reversed(people.values())}
    return [each for each in people.values() if each in kinds.values()][:limit]
