"""What a rule must keep to beyond its grammar: properties that exist, operators and values that fit them.

Also by the page: a rule selects users or devices, not both; ``memberOf`` stands alone, with ``-any`` and ``-in``.
https://learn.microsoft.com/entra/identity/users/groups-dynamic-rule-member-of
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.tenant.dynamic_rule.moments import date
from scanner.tenant.dynamic_rule.properties import PLAN_ATTRIBUTES, PROPERTIES, Property, Type, find, nearest
from scanner.tenant.dynamic_rule.syntax import (
    And,
    Bare,
    Comparison,
    DirectReports,
    Node,
    Not,
    Now,
    Operator,
    Or,
    Quantified,
    RuleError,
    Scalar,
)

_EQUAL = frozenset({Operator.EQ, Operator.NE})
_ORDER = frozenset({Operator.LE, Operator.GE})
_TEXT = frozenset(Operator) - _ORDER
_LISTS = frozenset({Operator.IN, Operator.NOT_IN})

_OPERATORS = {
    Type.BOOLEAN: _EQUAL | _LISTS,
    Type.DATE: _EQUAL | _ORDER,
    Type.STRING: _TEXT,
    Type.VERSION: _TEXT | _ORDER,
    Type.STRINGS: _TEXT,
}
_ITEMS = {Type.PLANS: "assignedplan", Type.GROUPS: "group"}


def check(rule: Node) -> str:
    """``user`` or ``device``: what the rule selects. Raises ``RuleError`` at the first mistake."""
    return _Checker().rule(rule)


def subject(name: str) -> tuple[str, str]:
    """``user.department`` → ``user`` and ``department``; ``_`` → ``_`` and nothing."""
    owner, _, attribute = name.partition(".")
    return owner.lower(), attribute


def property_names(node: Node) -> Iterator[str]:
    """The properties of users or devices that a rule reads, as written."""
    match node:
        case Not(part):
            yield from property_names(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from property_names(part)
        case Quantified(name, _, body):
            yield name
            yield from property_names(body)
        case Comparison(name) if subject(name)[0] in PROPERTIES:
            yield name
        case _:
            return


def texts_of(body: Node) -> Iterator[str]:
    """The texts of one comparison."""
    if isinstance(body, Comparison):
        values = body.value if isinstance(body.value, tuple) else (body.value,)
        yield from (value for value in values if isinstance(value, str))


class _Checker:
    def __init__(self) -> None:
        self._kind = ""

    def rule(self, rule: Node) -> str:
        if isinstance(rule, DirectReports):
            return "user"
        self._node(rule, alone=True)
        return self._kind

    def _node(self, node: Node, alone: bool = False) -> None:
        match node:
            case Not(part):
                self._node(part)
            case And(parts) | Or(parts):
                for part in parts:
                    self._node(part)
            case Quantified():
                self._quantified(node, alone)
            case Comparison():
                self._single(node)
            case DirectReports():
                raise RuleError(0, "Direct Reports stands alone in a rule")

    def _single(self, node: Comparison) -> None:
        found = self._property(node.property, node.start)
        if found.type in (Type.PLANS, Type.GROUPS):
            raise RuleError(node.start, f"{node.property} is a collection; ask for its items with -any ( … )")
        _check_comparison(node, found.type)

    def _quantified(self, node: Quantified, alone: bool) -> None:
        found = self._property(node.property, node.start)
        if found.type not in (Type.STRINGS, Type.PLANS, Type.GROUPS):
            raise RuleError(node.start, f"{node.property} has one value, and -any and -all ask for items of a list")
        if found.type is Type.GROUPS:
            self._groups(node, alone)
        self._item(node.body, found)

    def _groups(self, node: Quantified, alone: bool) -> None:
        if not alone:
            raise RuleError(node.start, f"{node.property} cannot stand in a rule with other conditions")
        body = node.body
        allowed = isinstance(body, Comparison) and body.operator in (Operator.IN, Operator.EQ)
        if node.every or not allowed:
            raise RuleError(node.start, f"{node.property} takes no form but -any (group.objectId -in ['…'])")

    def _item(self, node: Node, collection: Property) -> None:
        """What stands within ``-any`` or ``-all``."""
        match node:
            case Not(part):
                self._item(part, collection)
            case And(parts) | Or(parts):
                for part in parts:
                    self._item(part, collection)
            case Quantified():
                raise RuleError(node.start, "-any and -all cannot stand within each other")
            case Comparison():
                self._item_condition(node, collection)
            case DirectReports():
                raise RuleError(0, "Direct Reports stands alone in a rule")

    def _item_condition(self, node: Comparison, collection: Property) -> None:
        owner, attribute = subject(node.property)
        if owner in PROPERTIES:
            self._single(node)
            return
        if collection.type is Type.STRINGS:
            if node.property != "_":
                raise RuleError(node.start, f"expected _ for an item of {collection.name}, found {node.property}")
        elif owner not in ("_", _ITEMS[collection.type]) or not _is_attribute(attribute, collection.type):
            allowed = ", ".join(PLAN_ATTRIBUTES) if collection.type is Type.PLANS else "objectId"
            raise RuleError(
                node.start, f"{node.property} is nothing that an item of {collection.name} has; it has {allowed}"
            )
        _check_comparison(node, Type.STRING)

    def _property(self, name: str, start: int) -> Property:
        owner, attribute = subject(name)
        if owner not in PROPERTIES:
            raise RuleError(start, f"expected a property such as user.department, found {name}")
        found = find(owner, attribute)
        if found is None:
            raise RuleError(start, f"{name} is not a property that rules can read{nearest(owner, attribute)}")
        if self._kind not in ("", owner):
            raise RuleError(start, f"a rule selects users or devices, and this one has {self._kind} before {name}")
        self._kind = owner
        return found


def _is_attribute(name: str, type_: Type) -> bool:
    known = PLAN_ATTRIBUTES if type_ is Type.PLANS else ("objectId",)
    return name.lower() in (one.lower() for one in known)


def _check_comparison(node: Comparison, type_: Type) -> None:
    if node.operator not in _OPERATORS[type_]:
        raise RuleError(node.start, f"-{node.operator} does not go with {node.property}{_hint(type_)}")
    for value in node.value if isinstance(node.value, tuple) else (node.value,):
        if value is None:
            if node.operator not in _EQUAL | _LISTS:
                raise RuleError(node.start, f"null is compared with -eq and -ne, not with -{node.operator}")
        elif not _fits(value, type_):
            raise RuleError(node.start, f"{node.property} cannot have the value it is compared with{_hint(type_)}")


def _fits(value: Scalar, type_: Type) -> bool:
    text = value.text if isinstance(value, Bare) else value
    if type_ is Type.DATE:
        return isinstance(text, Now) or (isinstance(text, str) and date(text) is not None)
    if type_ is Type.BOOLEAN:
        return isinstance(text, bool) or (isinstance(text, str) and text.lower() in ("true", "false"))
    return not isinstance(text, Now)


def _hint(type_: Type) -> str:
    if type_ is Type.DATE:
        return ": it is a date, such as 2025-01-31 or system.now -minus p30d"
    return ": it is true or false" if type_ is Type.BOOLEAN else ""
