"""Documents printed from the code, so that they cannot say anything else.

``python -m tests.harness.printed`` (``make docs``) writes them anew.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

from registry.access.actor import Actor, Grant
from registry.access.permissions import Permission
from registry.access.roles import GRANTABLE, Role
from registry.config import Settings
from registry.kernel.states import StateMachine
from tests.harness.sources import ROOT, modules

OWN, BELOW, ELSEWHERE = "/1/2/", "/1/2/3/", "/1/4/"
EVERYWHERE, HERE, KEPT, ASKED, NOWHERE = "all", "own", "kept", "asked", ""


@dataclass(frozen=True)
class Thing:
    """What the policy looks at in a subject."""

    department_path: str
    custodian_id: int | None = None
    institution_id: int = 1
    user_id: int | None = None
    requester_id: int | None = None
    decider_ids: tuple[int, ...] = ()


def described(module: str, owner: str) -> dict[str, str]:
    """The text under each member of a class, as its source has it."""
    [found] = [each for each in modules("registry") if each.name == module]
    [body] = [
        node.body
        for node in found.tree.body
        if isinstance(node, ast.ClassDef) and node.name == owner
    ]
    texts = {}
    for member, text in pairwise(body):
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            target = member.targets[0] if isinstance(member, ast.Assign) else None
            target = member.target if isinstance(member, ast.AnnAssign) else target
            if isinstance(target, ast.Name):
                texts[target.id] = " ".join(str(text.value.value).split())
    return texts


def _reach(permission: Permission, role: Role | None) -> str:
    """How far somebody in a department gets with a role held for it."""
    grants = (Grant(role, OWN),) if role else ()
    actor = Actor(institution_id=1, person_id=7, department_path=OWN, grants=grants)
    if actor.may(permission, Thing(ELSEWHERE, custodian_id=8)):
        return EVERYWHERE
    if actor.may(permission, Thing(BELOW, custodian_id=8)):
        return HERE
    if actor.may(permission, Thing(ELSEWHERE, 7)):
        return KEPT
    asked = Thing(ELSEWHERE, custodian_id=8, decider_ids=(7,))
    return ASKED if actor.may(permission, asked) else NOWHERE


def permissions() -> str:
    """Who may do what: one table a feature, read off the policy itself."""
    texts = described("registry.access.permissions", "Permission")
    by_feature: dict[str, list[Permission]] = {}
    for permission in Permission:
        by_feature.setdefault(permission.feature, []).append(permission)
    lines = [
        "# Permissions",
        "",
        "Printed from `registry/access` by `make docs`.",
        "",
        f"`{EVERYWHERE}`: anywhere in the institution.",
        f"`{HERE}`: in the department the role is held for, and below.",
        f"`{KEPT}`: only what one is custodian or user of.",
        f"`{ASKED}`: only what one is asked to decide.",
        "*staff* is everybody who has signed in; each role adds to it. The things of",
        "another institution are never there.",
    ]
    for feature, members in by_feature.items():
        roles = [role for role in GRANTABLE if _differs(members, role)]
        lines += ["", f"## {feature}", "", *_head("permission", "", "staff", *roles)]
        lines += [
            _row(
                f"`{each.value.partition(':')[2]}`",
                texts[each.name],
                _reach(each, None),
                *(_reach(each, role) for role in roles),
            )
            for each in members
        ]
    return "\n".join([*lines, ""])


def _differs(members: list[Permission], role: Role) -> bool:
    return any(_reach(each, role) != _reach(each, None) for each in members)


def states() -> str:
    """Every state machine as a table: from which state which verb leads where."""
    lines = [
        "# States",
        "",
        "Printed from the tables of moves by `make docs`. A missing line is a rule.",
    ]
    for name, machine in sorted(_machines()):
        lines += ["", f"## {machine.of}", "", f"`{name}`; begins as `{machine.start}`."]
        lines += ["", *_head("verb", "from", "to")]
        lines += [
            _row(verb, ", ".join(sorted(sources)), str(target))
            for verb, (sources, target) in machine.moves.items()
        ]
    return "\n".join([*lines, ""])


def _machines() -> Iterator[tuple[str, StateMachine[Role]]]:
    for module in modules("registry"):
        if (
            "StateMachine(" not in module.text
            or module.name == "registry.kernel.states"
        ):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            if isinstance(value, StateMachine):
                yield f"{module.name}.{name}", value


def settings() -> str:
    """Every setting: its variable, what it is unless given, what it is for."""
    texts = described("registry.config.settings", "Settings")
    lines = [
        "# Settings",
        "",
        "Printed from `registry/config/settings.py` by `make docs`. See what is chosen",
        "with `registry settings`.",
        "",
        *_head("variable", "unless given", "what it is"),
    ]
    lines += [
        _row(
            f"`REGISTRY_{each.name.upper()}`",
            f"`{each.default}`" if each.default != "" else "",
            texts[each.name].replace("``", "`"),
        )
        for each in fields(Settings)
    ]
    return "\n".join([*lines, ""])


def _head(*names: str) -> list[str]:
    return [_row(*names), _row(*("---" for _ in names))]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


PRINTED: dict[str, Callable[[], str]] = {
    "permissions": permissions,
    "settings": settings,
    "states": states,
}


def main() -> None:
    """Write every printed document anew."""
    for name, printer in PRINTED.items():
        (ROOT / "docs" / f"{name}.md").write_text(printer(), encoding="utf-8")


if __name__ == "__main__":
    main()
