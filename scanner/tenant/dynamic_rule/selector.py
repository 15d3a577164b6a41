"""Whom a rule selects: yes, no, or not to be told, for all users of a snapshot at once.

A set of users is a number, as ``column`` has it. What several rules ask is answered once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache, reduce
from typing import Protocol

from scanner.errors import NotCollected
from scanner.tenant.dynamic_rule.check import property_names, subject, texts_of
from scanner.tenant.dynamic_rule.column import Items, Truth, Values, number
from scanner.tenant.dynamic_rule.columns import NAME, Columns
from scanner.tenant.dynamic_rule.compare import OPPOSITE
from scanner.tenant.dynamic_rule.conditions import doubt, item_test, value_test
from scanner.tenant.dynamic_rule.properties import Property, Type, find
from scanner.tenant.dynamic_rule.syntax import And, Comparison, DirectReports, Node, Not, Or, Quantified

REMEMBERED = 512
"""Conditions whose users are kept for further rules. Of 100,000 users each takes 25 KB at most."""


@dataclass(frozen=True)
class Selection:
    """Sets of users: the first user is the highest bit."""

    yes: int
    maybe: int
    """Those of whom it cannot be told; never in ``yes`` too."""


class Memberships(Protocol):
    """Who is in a group."""

    def __call__(self, group: str) -> Iterable[str]:
        """Ids of the direct members; raises ``NotCollected``."""


class Selector:
    """Evaluates rules on the users, or the devices, of one snapshot."""

    def __init__(self, kind: str, columns: Columns, memberships: Memberships, now: datetime | None) -> None:
        """``kind`` is ``user`` or ``device``; ``now`` the time of the snapshot, None where it has none."""
        self._kind = kind
        self._columns = columns
        self._memberships = memberships
        self._now = now
        self._doubts: list[tuple[int, NotCollected]] = []
        self._answer = lru_cache(REMEMBERED)(self._ask)

    def load(self, rules: Iterable[Node]) -> None:
        """Reads in one pass what these rules read; without it each reads what no other has read before."""
        self._columns.load({NAME, *(found for rule in rules for found in self._properties(rule))})

    def select(self, rule: Node) -> tuple[Selection, tuple[NotCollected, ...]]:
        """Whom the rule selects, and why of some it cannot be told. ``rule`` has passed ``check``.

        Raises ``NotCollected`` where there are no users at all.
        """
        self._columns.load(self._properties(rule))
        self._doubts = []
        selection = self._node(rule)
        reasons = {lack.reason: lack for users, lack in self._doubts if users & selection.maybe}
        return selection, tuple(reasons[reason] for reason in sorted(reasons))

    def users(self, ids: Iterable[str]) -> int:
        """The set of those of the snapshot's users who have one of these ids."""
        digits = bytearray(b"0" * self._count)
        for key in ids:
            place = self._places.get(key)
            if place is not None:
                digits[place] = 0x31
        return number(digits)

    def named(self, users: int, limit: int) -> list[tuple[str, str | None]]:
        """Id and displayName of the first ``limit`` users of a set; raises ``NotCollected``."""
        if not users:
            return []
        names = self._columns.values(NAME)
        found: list[tuple[str, str | None]] = []
        digits = format(users, f"0{self._count}b")
        place = digits.find("1")
        while place >= 0 and len(found) < limit:
            found.append((self._columns.ids[place], names.of(place)))
            place = digits.find("1", place + 1)
        return found

    @cached_property
    def _count(self) -> int:
        return len(self._columns.ids)

    @cached_property
    def _everybody(self) -> int:
        return (1 << self._count) - 1

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self._columns.ids)}

    def _node(self, node: Node) -> Selection:
        match node:
            case Not(part):
                return self._not(self._node(part))
            case And(parts):
                return reduce(_both, (self._node(part) for part in parts))
            case Or(parts):
                return reduce(_either, (self._node(part) for part in parts))
            case DirectReports():
                return self._untold(NotCollected("users", "who is whose manager was not collected"))
            case Quantified() if self._property(node.property).type is Type.GROUPS:
                return self._members(node)
            case Quantified():
                return self._quantified(node)
            case _:
                return self._leaf(self._property(node.property), node)

    def _quantified(self, node: Quantified) -> Selection:
        found = self._property(node.property)
        if _reads_beyond(node.body):
            return self._untold(
                NotCollected("groups", f"what stands within {node.property} -any or -all reads more than the item")
            )
        return self._leaf(found, node)

    def _leaf(self, found: Property, node: Comparison | Quantified) -> Selection:
        if not found.graph:
            return self._untold(
                NotCollected("users", f"property {found.name} is not one that Graph gives by this name")
            )
        try:
            selection, why = self._answer(found, _anywhere(found, node))
        except NotCollected as lack:
            return self._untold(lack)
        if why is not None:
            self._doubts.append((selection.maybe, why))
        return selection

    def _ask(self, found: Property, node: Comparison | Quantified) -> tuple[Selection, NotCollected | None]:
        """Who satisfies a condition, and why of some it cannot be told; raises ``NotCollected``."""
        column: Values | Items
        if isinstance(node, Quantified) or found.is_list:
            column = self._columns.items(found)
            selection = self._of_items(column, node)
        else:
            column = self._columns.values(found)
            selection = Selection(*column.sets(value_test(found, node, self._now)))
        if not selection.maybe:
            return selection, None
        first = self._count - selection.maybe.bit_length()
        return selection, doubt(found, node, column.lacks(first))

    def _of_items(self, column: Items, node: Comparison | Quantified) -> Selection:
        """A collection without items satisfies ``-all`` and not ``-any``."""
        test = item_test(node.body if isinstance(node, Quantified) else node)
        truths = [test(item) for item in column.values]
        if isinstance(node, Comparison) and (node.value is None or node.operator in OPPOSITE):
            return self._where_items_agree(column, truths, node)
        wanted = not (isinstance(node, Quantified) and node.every)
        found = column.having(wanted, truths)
        selection = Selection(found, column.having(None, truths) & ~found)
        return selection if wanted else self._not(selection)

    def _where_items_agree(self, column: Items, truths: Sequence[Truth], node: Comparison) -> Selection:
        """A collection compared without -any: the page has examples of it, and does not say what it means.

        By them one item is enough for an operator without ``not``. For the others it is told where the items agree.
        """
        if node.value is None:
            return Selection(0, self._everybody)
        yes, no, maybe = (column.having(truth, truths) for truth in (True, False, None))
        told = (yes ^ no) & ~maybe
        return Selection(yes & told, self._everybody & ~told)

    def _not(self, selection: Selection) -> Selection:
        return Selection(self._everybody & ~(selection.yes | selection.maybe), selection.maybe)

    def _members(self, node: Quantified) -> Selection:
        yes, maybe = 0, 0
        for group in texts_of(node.body):
            try:
                yes |= self.users(self._memberships(group.lower()))
            except NotCollected as lack:
                maybe = self._untold(lack).maybe
        return Selection(yes, maybe & ~yes)

    def _untold(self, lack: NotCollected) -> Selection:
        self._doubts.append((self._everybody, lack))
        return Selection(0, self._everybody)

    def _property(self, name: str) -> Property:
        found = find(self._kind, subject(name)[1])
        if found is None:
            raise LookupError(f"{name}: the rule was not checked")
        return found

    def _properties(self, node: Node) -> Iterator[Property]:
        """The properties that a rule reads and Graph gives."""
        yield from (found for name in property_names(node) if (found := self._property(name)).graph)


def _anywhere(found: Property, node: Comparison | Quantified) -> Comparison | Quantified:
    """The same for a condition in every spelling and at every place of a rule."""
    if isinstance(node, Quantified):
        return replace(node, property=found.name, start=0, end=0)
    return replace(node, property=found.name)


def _both(left: Selection, right: Selection) -> Selection:
    yes = left.yes & right.yes
    return Selection(yes, (left.yes | left.maybe) & (right.yes | right.maybe) & ~yes)


def _either(left: Selection, right: Selection) -> Selection:
    yes = left.yes | right.yes
    return Selection(yes, (left.maybe | right.maybe) & ~yes)


def _reads_beyond(body: Node) -> bool:
    return any(True for _ in property_names(body))
