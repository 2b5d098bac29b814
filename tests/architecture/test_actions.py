"""Use cases ask first: nobody acts without a permission, and one function records."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.harness.sources import (
    Module,
    called_name,
    functions,
    imports,
    listed,
    modules,
)

ASKS_NOBODY = {
    "registry.organisation.found_institution": "there is nobody yet",
    "registry.auth.sign_in": "who proves who they are",
    "registry.auth.complete_sign_in": "who proves who they are",
    "registry.auth.note_seen": "says of a session that it lives",
    "registry.auth.note_token_used": "says of a token that it is used",
    "registry.auth.sever_leaver": "follows an act that was asked for",
    "registry.auth.forget_ended_sessions": "a duty of the installation",
    "registry.audits.note_not_found": "whoever was sent to fetch it may say so",
    "registry.auth.sign_out": "ends what one has begun",
    "registry.interchange.apply": "carries out what was confirmed, as a job",
    "registry.interchange.cancel": "gives up what is one's own",
    "registry.interchange.rejects_of": "reads what is one's own",
    "registry.labelling.blank_labels": "computes, and changes nothing",
    "registry.labelling.draw": "computes, and changes nothing",
    "registry.ledger.cancel_bulk": "gives up what is one's own",
    "registry.ledger.stop_bulk": "follows work that was asked for",
    "registry.ledger.several": "computes, and changes nothing",
    "registry.ledger.act_on_many": "what is done to each asks",
    "registry.ledger.open_document": "what is done under it asks",
    "registry.ledger.report_from_label": "whoever holds the label may say so",
    "registry.notifications.begin_digests": "a duty of the installation",
    "registry.notifications.claim": "the sender of the installation",
    "registry.notifications.claim_round": "the sender of the installation",
    "registry.notifications.drop_answered": "follows an act that was asked for",
    "registry.notifications.tell_of_second_factor": "follows an act that was asked for",
    "registry.notifications.note_said": "the sender of the installation",
    "registry.notifications.note_unsaid": "the sender of the installation",
    "registry.notifications.post_beginning": "follows an act that was asked for",
    "registry.notifications.post_escalation": "follows a duty",
    "registry.notifications.post_silence": "follows a duty",
    "registry.notifications.post_wanted_notice": "follows an act that was asked for",
    "registry.notifications.forget_answered": "follows an act that was asked for",
    "registry.notifications.forget_old_notices": "a duty of the installation",
    "registry.notifications.note_needless": "the sender of the installation",
    "registry.notifications.note_sent": "the sender of the installation",
    "registry.notifications.note_trouble": "the sender of the installation",
    "registry.notifications.notify": "what it tells of was asked for",
    "registry.notifications.tell_of_answer": "follows an act that was asked for",
    "registry.notifications.tell_of_beginning": "follows an act that was asked for",
    "registry.notifications.tell_of_cancelling": "follows an act that was asked for",
    "registry.notifications.tell_of_due_loan": "follows a duty",
    "registry.notifications.tell_of_escalation": "follows a duty",
    "registry.notifications.tell_of_inquiry": "follows an act that was asked for",
    "registry.notifications.tell_of_inquiry_answer": "follows what was asked for",
    "registry.notifications.tell_of_inquiry_end": "follows an act that was asked for",
    "registry.notifications.tell_of_find": "follows an act that was asked for",
    "registry.notifications.tell_of_fruitless_search": "follows a duty",
    "registry.notifications.tell_of_hold": "follows an act that was asked for",
    "registry.notifications.tell_of_hold_end": "follows an act that was asked for",
    "registry.notifications.tell_of_job": "follows what was asked for",
    "registry.notifications.tell_of_loan": "follows an act that was asked for",
    "registry.notifications.tell_of_nudge": "follows an act that was asked for",
    "registry.notifications.tell_of_passing": "follows an act that was asked for",
    "registry.notifications.tell_of_silence": "follows a duty",
    "registry.notifications.tell_of_deciding": "follows an act that was asked for",
    "registry.notifications.tell_of_throwing_back": "follows an act that was asked for",
    "registry.sharing.ask_everywhere": "a duty of the installation",
    "registry.sharing.end_expired_holds": "a duty of the installation",
    "registry.sharing.end_feed": "follows an act that was asked for",
    "registry.sharing.find_suspects": "a duty of the installation",
    "registry.sharing.follow_change": "follows an act that was asked for",
    "registry.sharing.follow_outside": "follows an act that was asked for",
    "registry.sharing.follow_claims": "follows an act that was asked for",
    "registry.sharing.follow_closing_department": "follows an act that was asked for",
    "registry.sharing.keep_borrower": "follows an act that was asked for",
    "registry.sharing.let_go_of_leaver": "follows an act that was asked for",
    "registry.sharing.look_after_loans": "a duty of the installation",
    "registry.sharing.look_for_wanted": "a duty of the installation",
    "registry.sharing.note_arrival": "follows an act that was asked for",
    "registry.sharing.note_scans": "says of things that they were seen",
    "registry.sharing.planned": "computes, and changes nothing",
    "registry.sharing.replaced": "what it follows from was asked for",
    "registry.sharing.seen_unused": "what it follows from was asked for",
    "registry.waiting.begin": "what it follows from was asked for",
    "registry.waiting.drop": "what it follows from was asked for",
    "registry.waiting.escalate_due": "a duty of the installation",
    "registry.waiting.finish": "what it follows from was asked for",
    "registry.waiting.step_down": "follows an act that was asked for",
}
"""Public actions that need no permission, each with its reason."""

CALLERS_HAVE_ASKED = {"registry.codes", "registry.journal", "registry.jobs"}
"""Low floors, where the one who writes has already been let in."""

OF_THE_INSTALLATION = {"registry.backup", "registry.upkeep"}
"""What nobody asks for: the installation does it by itself."""

SAVES_POINTS = {"registry.ledger.actions.undoing"}
"""Where a refusal is passed over; it has to come before anything is recorded."""

SETS_THE_STATE = {"registry.ledger.actions.recording"}
WRITES_ASSETS = {*SETS_THE_STATE, "registry.ledger.actions.registering"}


def _actions() -> Iterator[tuple[Module, ast.FunctionDef]]:
    """Every public action: of a folder of actions, those it gathers for the doors."""
    gathered = {
        module.name: {name.rpartition(".")[2] for name, _ in imports(module)}
        for module in modules("registry")
        if module.name.endswith(".actions") and module.path.name == "__init__.py"
    }
    for module in modules("registry"):
        if module.feature in CALLERS_HAVE_ASKED | OF_THE_INSTALLATION:
            continue
        if ".actions" not in module.name:
            continue
        folder = f"{module.name.partition('.actions')[0]}.actions"
        for node in module.tree.body:
            is_public = isinstance(node, ast.FunctionDef) and node.name[0] != "_"
            if is_public and node.name in gathered.get(folder, {node.name}):
                yield module, node


def _asks(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call) and called_name(node) in {"require", "may"}
        for node in ast.walk(function)
    )


def _callees(function: ast.FunctionDef) -> set[str]:
    return {
        called_name(node) for node in ast.walk(function) if isinstance(node, ast.Call)
    }


def test_every_action_asks_whether_the_actor_may():
    asking = [
        (module.feature, ".actions" in module.name, function.name)
        for module in modules("registry")
        for function in functions(module.tree)
        if _asks(function)
    ]
    silent = [
        f"{module.place(function)} {function.name}"
        for module, function in _actions()
        if f"{module.feature}.{function.name}" not in ASKS_NOBODY
        and not _asks(function)
        and not any(
            name in _callees(function) and (acts or feature == module.feature)
            for feature, acts, name in asking
        )
    ]
    assert not silent, listed(silent)


def test_every_exception_to_asking_is_still_an_action():
    known = {f"{module.feature}.{function.name}" for module, function in _actions()}
    assert set(ASKS_NOBODY) - known == set()


def test_every_action_that_changes_something_is_one_transaction():
    loose = [
        module.place(function) + f" {function.name}"
        for module, function in _actions()
        if _callees(function) & {"add", "flush", "delete", "record"}
        and "transaction" not in _callees(function)
    ]
    assert not loose, listed(loose)


def test_only_the_journal_writes_entries():
    written = [
        module.place(node)
        for module in modules("registry")
        if not module.name.startswith("registry.journal")
        and _knows(module, "registry.journal.models.Entry")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _writes(node, "Entry")
    ]
    assert not written, listed(written)


def _knows(module: Module, model: str) -> bool:
    return model in {name for name, _ in imports(module)}


def _writes(call: ast.Call, model: str) -> bool:
    """``Entry(…)``, ``insert(Entry)``, ``update(Entry)`` or ``delete(Entry)``."""
    if called_name(call) == model:
        return True
    names = {each.id for each in call.args if isinstance(each, ast.Name)}
    return called_name(call) in {"insert", "update", "delete"} and model in names


def test_only_the_one_writer_of_the_ledger_sets_an_assets_state():
    """Other things have states too; they are set to a member of their own kind."""
    set_elsewhere = [
        module.place(node)
        for module in modules("registry")
        if module.name not in SETS_THE_STATE and module.feature != "registry.jobs"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        and _sets_a_state(node)
        and not re.match(r"str\((?!Asset)\w+State\.", ast.unparse(node.value))
    ]
    assert not set_elsewhere, listed(set_elsewhere)


def _sets_a_state(node: ast.Assign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(
        isinstance(each, ast.Attribute)
        and each.attr in {"state", "state_since"}
        and ast.unparse(each.value) != "self"
        for target in targets
        for each in ast.walk(target)
    )


def test_only_the_ledger_writes_assets():
    written = [
        module.place(node)
        for module in modules("registry")
        if module.name not in WRITES_ASSETS
        and _knows(module, "registry.ledger.models.Asset")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _writes(node, "Asset")
    ]
    assert not written, listed(written)


def test_only_the_transaction_commits_and_rolls_back():
    ended = [
        module.place(node)
        for module in modules("registry")
        if not module.name.startswith("registry.store")
        and module.name not in SAVES_POINTS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "begin", "begin_nested"}
        and "connection" not in ast.unparse(node.func.value)
    ]
    assert not ended, listed(ended)
