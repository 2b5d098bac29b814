"""The policy: each permission with the clauses of which any one grants it.

A clause is a tuple of predicates that must all hold. Predicates see the actor and the
subject through what they need of it: ``department_path``, ``custodian_id``, and of
what is decided by steps ``requester_id`` and ``decider_ids``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from registry.access.permissions import Permission
from registry.access.roles import Role

if TYPE_CHECKING:
    from registry.access.actor import Actor

Predicate = Callable[["Actor", Any], bool]
Clause = tuple[Predicate, ...]


def is_colleague(actor: Actor, subject: Any) -> bool:
    """Anyone who has signed in."""
    return actor.person_id is not None


def keeps_subject(actor: Actor, subject: Any) -> bool:
    """The custodian or user of the subject (anyone, while none is named)."""
    if subject is None:
        return True
    keepers = (
        getattr(subject, "custodian_id", None),
        getattr(subject, "user_id", None),
    )
    return actor.person_id is not None and actor.person_id in keepers


def decides_subject(actor: Actor, subject: Any) -> bool:
    """Among those who may decide the subject now, and not who asked for it."""
    if subject is None:
        return True
    if actor.person_id is None or actor.person_id == subject.requester_id:
        return False
    return actor.person_id in subject.decider_ids


def asks_for_subject(actor: Actor, subject: Any) -> bool:
    """Who has asked for the subject themselves."""
    if subject is None:
        return actor.person_id is not None
    return actor.person_id is not None and actor.person_id == subject.requester_id


def belongs_here(actor: Actor, subject: Any) -> bool:
    """The subject is the actor's own department, or one above it."""
    if subject is None:
        return actor.person_id is not None
    where: str = getattr(subject, "department_path", None) or ""
    return where != "" and actor.department_path.startswith(where)


def leads_subject(actor: Actor, subject: Any) -> bool:
    """Leads the audit."""
    if subject is None:
        return actor.person_id is not None
    lead = getattr(subject, "lead_id", None)
    return actor.person_id is not None and actor.person_id == lead


def counts_subject(actor: Actor, subject: Any) -> bool:
    """Is named to count in the audit."""
    if subject is None:
        return actor.person_id is not None
    return actor.person_id in getattr(subject, "member_ids", ())


def walks_subject(actor: Actor, subject: Any) -> bool:
    """Is named to count in the audit, and not only what they keep."""
    if subject is None:
        return actor.person_id is not None
    return actor.person_id in getattr(subject, "counter_ids", ())


def is_root(path: str) -> bool:
    """Whether a path is that of the root department: the institution as a whole."""
    return path.count("/") == 2


def holds(*roles: Role) -> Predicate:
    """The actor holds one of the roles for any department."""

    def predicate(actor: Actor, subject: Any) -> bool:
        return actor.holds(*roles)

    predicate.__doc__ = f"Holds {', '.join(roles)} for any department."
    predicate.__name__ = "holds_" + "_or_".join(roles)
    return predicate


def holds_here(*roles: Role) -> Predicate:
    """The actor holds one of the roles for the subject's department or above it.

    What belongs to no department, such as a yard, belongs to the whole institution.
    """

    def predicate(actor: Actor, subject: Any) -> bool:
        paths = actor.paths_of(*roles)
        if subject is None:
            return bool(paths)
        where = getattr(subject, "department_path", None)
        if where is None:
            return any(map(is_root, paths))
        return any(where.startswith(path) for path in paths)

    predicate.__doc__ = f"Holds {', '.join(roles)} for the subject's department."
    predicate.__name__ = "holds_here_" + "_or_".join(roles)
    return predicate


_office = (holds_here(Role.ASSET_OFFICE),)
_whole_office = (holds(Role.ASSET_OFFICE),)
_admin = (holds(Role.ADMINISTRATOR),)
_officer = (holds_here(Role.DEPARTMENT_ASSET_OFFICER),)
_keeper = (holds_here(Role.WAREHOUSE_KEEPER),)
_head = (holds_here(Role.DEPARTMENT_HEAD),)
_custodian = (keeps_subject,)
_lead = (leads_subject,)
_everyone = (is_colleague,)
_auditor = (holds(Role.AUDITOR),)
_readers = (holds(Role.FINANCE, Role.PRINCIPAL),)

POLICY: dict[Permission, tuple[Clause, ...]] = {
    Permission.OWN_ACCOUNT: (_everyone,),
    Permission.OWN_TOKENS: (_everyone,),
    Permission.CREDENTIAL_MANAGE: (_admin,),
    Permission.DEPARTMENT_MANAGE: (_admin, _whole_office),
    Permission.PLACE_MANAGE: (_admin, _whole_office),
    Permission.PERSON_LIST: (
        _admin,
        _whole_office,
        _auditor,
        _readers,
        _officer,
        _keeper,
        _head,
    ),
    Permission.PERSON_MANAGE: (_admin,),
    Permission.ROLE_GRANT: (_admin,),
    Permission.INSTITUTION_MANAGE: (_admin,),
    Permission.WAIT_SEE: (_office, _officer, _keeper, _head, _auditor, _readers),
    Permission.WAIT_HAND_ON: (_office, _head),
    Permission.CALENDAR_MANAGE: (_admin, _whole_office),
    Permission.TYPE_MANAGE: (
        _whole_office,
        (holds(Role.DEPARTMENT_ASSET_OFFICER, Role.WAREHOUSE_KEEPER),),
    ),
    Permission.TYPE_MERGE: (_whole_office,),
    Permission.CLASS_LOAD: (_whole_office, _admin),
    Permission.ASSET_SEE: (
        _office,
        _officer,
        _keeper,
        _head,
        _custodian,
        _auditor,
        _readers,
    ),
    Permission.ASSET_REGISTER: (_office, _officer, _keeper),
    Permission.ASSET_AMEND: (_office, _officer, _keeper),
    Permission.ASSET_MOVE: (_office, _officer, _keeper, _custodian),
    Permission.ASSET_ASSIGN: (_office, _officer, _keeper),
    Permission.ASSET_REASSIGN: (_office,),
    Permission.ASSET_STATE: (_office, _officer, _keeper, _head, _custodian),
    Permission.ASSET_PROPOSE_DISPOSAL: (_office, _officer),
    Permission.ASSET_DISPOSE: (_office,),
    Permission.ASSET_CORRECT: (_office,),
    Permission.ASSET_PHOTO: (_office, _officer, _keeper, _custodian),
    Permission.REPORT_HANDLE: (_office, _officer, _keeper, _head),
    Permission.LEDGER_VERIFY: (_auditor, _whole_office, _admin),
    Permission.LABEL_PRINT: (_office, _officer, _keeper),
    Permission.BLANK_PRINT: (
        _whole_office,
        (holds(Role.DEPARTMENT_ASSET_OFFICER, Role.WAREHOUSE_KEEPER),),
    ),
    Permission.BLANK_CLAIM: (_office, _officer, _keeper),
    Permission.PRINTER_MANAGE: (_admin, _whole_office),
    Permission.POOL_SEE: (_everyone,),
    Permission.IDLE_SEE: (_office, _officer, _keeper, _head, _auditor, _readers),
    Permission.IDLE_ASK: (_office, _officer),
    Permission.IDLE_ANSWER: (_office, _officer, _keeper, _head, _custodian),
    Permission.IDLE_POLICY: (_whole_office, _admin),
    Permission.REQUEST_MAKE: (_office, _officer, _keeper, _head, (belongs_here,)),
    Permission.REQUEST_SEE: (
        (asks_for_subject,),
        _office,
        _officer,
        _head,
        _auditor,
        _readers,
    ),
    Permission.REQUEST_ANSWER: ((asks_for_subject,),),
    Permission.REQUEST_RULE: ((is_colleague, decides_subject),),
    Permission.REQUEST_DECIDE: ((is_colleague, decides_subject),),
    Permission.URGENT_ALLOW: ((is_colleague, decides_subject),),
    Permission.URGENT_REVIEW: ((is_colleague, decides_subject),),
    Permission.ORDER_PLACE: (_office, _officer),
    Permission.ORDER_RECEIVE: (_office, _officer, _keeper),
    Permission.CERTIFICATE_SEE: (_readers, _whole_office, _auditor),
    Permission.LESSON_MANAGE: (_whole_office,),
    Permission.APPROVAL_POLICY: (_whole_office, _admin),
    Permission.APPROVAL_ACTING: (
        (
            holds(
                Role.DEPARTMENT_HEAD, Role.ASSET_OFFICE, Role.FINANCE, Role.PRINCIPAL
            ),
            keeps_subject,
        ),
        _whole_office,
        _admin,
    ),
    Permission.HOLD_TAKE: (_everyone,),
    Permission.HOLD_END: (_office,),
    Permission.TRANSFER_REQUEST: (_office, _officer, _keeper, _head, (belongs_here,)),
    Permission.TRANSFER_SEE: (
        _office,
        _officer,
        _keeper,
        _head,
        _custodian,
        _auditor,
        _readers,
    ),
    Permission.TRANSFER_ANSWER: (_office, _officer, _keeper, _head),
    Permission.TRANSFER_HAND_OVER: (_office, _officer, _keeper, _custodian),
    Permission.TRANSFER_RECEIVE: (_office, _officer, _keeper, _custodian),
    Permission.LOAN_ASK: (_everyone,),
    Permission.LOAN_SEE: (
        _office,
        _officer,
        _keeper,
        _head,
        _custodian,
        _auditor,
        _readers,
    ),
    Permission.LOAN_DECIDE: (_office, _officer, _keeper, _head, _custodian),
    Permission.CALENDAR_FEED: (_everyone,),
    Permission.WANTED_POST: (_everyone,),
    Permission.OUTER_ASK: (_everyone,),
    Permission.OUTER_PUBLISH: (_whole_office,),
    Permission.OUTER_ANSWER: (_whole_office,),
    Permission.SAVINGS_SEE: (_office, _officer, _head, _auditor, _readers),
    Permission.AUDIT_PLAN: (_office,),
    Permission.AUDIT_LEAD: (_office, _lead),
    Permission.AUDIT_COUNT: (_office, _lead, (counts_subject,)),
    Permission.AUDIT_SEE: (_office, _auditor, _readers, _lead, (walks_subject,)),
    Permission.AUDIT_RULE: (_office, _lead),
    Permission.AUDIT_REPORT: (_office, _auditor, _readers, _lead),
    Permission.AUDIT_APPROVE: (_office, (holds_here(Role.PRINCIPAL),)),
    Permission.FIGURES_SEE: (_office, _officer, _keeper, _head, _auditor, _readers),
    Permission.LIST_ARRANGE: (_everyone,),
    Permission.IMPORT_RUN: (_whole_office,),
    Permission.IMPORT_PEOPLE: (_admin, _whole_office),
    Permission.EXPORT_RUN: (_everyone,),
    Permission.OWN_NOTICES: (_everyone,),
    Permission.MAIL_MANAGE: (_admin,),
    Permission.ROBOT_MANAGE: (_admin,),
}


def allows(actor: Actor, permission: Permission, subject: Any) -> bool:
    """Whether any clause of the permission holds; an unlisted one never does."""
    return any(
        all(predicate(actor, subject) for predicate in clause)
        for clause in POLICY.get(permission, ())
    )
