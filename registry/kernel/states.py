"""State machines as tables of moves: a missing line is a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from registry.kernel.errors import WrongState

S = TypeVar("S", bound=StrEnum)


class StateMachine(Generic[S]):
    """A start state and, for each verb, where it leads from where."""

    def __init__(
        self, start: S, moves: Mapping[str, tuple[Iterable[S], S]], *, of: str
    ) -> None:
        self.start = start
        self.of = of
        self.moves: dict[str, tuple[frozenset[S], S]] = {
            verb: (frozenset(sources), target)
            for verb, (sources, target) in moves.items()
        }

    def after(self, state: S, verb: str) -> S:
        """Where ``verb`` leads from ``state``; WrongState if it leads nowhere."""
        sources, target = self.moves[verb]
        if state not in sources:
            raise WrongState(of=self.of, state=str(state), verb=verb)
        return target

    def open_verbs(self, state: S) -> list[str]:
        """The verbs possible from ``state``, in the order of the table."""
        return [verb for verb, (sources, _) in self.moves.items() if state in sources]
