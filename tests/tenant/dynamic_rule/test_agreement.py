"""Random rules on random users: the parser reads what was printed, the selector agrees with a naive evaluation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.dynamic_rule.check import check
from scanner.tenant.dynamic_rule.parser import parse
from scanner.tenant.dynamic_rule.rule import read_rule
from scanner.tenant.dynamic_rule.syntax import (
    MAX_LENGTH,
    And,
    Bare,
    Comparison,
    Node,
    Not,
    Operator,
    Or,
    Quantified,
    Scalar,
    Value,
)
from tests.tenant.dynamic_rule.examples import selector, who
from tests.tenant.sample import Json

WORDS = ["Sales", "sal", "ES", "IT", "o'Hara", 'the "team"', "1"]
PLANS = ["p1", "p2"]
DATES = ["2025-01-01", "2025-06-01T00:00:00Z"]
TEXT_OPERATORS = [one for one in Operator if one not in (Operator.GE, Operator.LE, Operator.MATCH, Operator.NOT_MATCH)]


def texts(operator: Operator) -> st.SearchStrategy[Value]:
    """Values that a text is compared with by this operator."""
    words: st.SearchStrategy[Scalar] = st.sampled_from(WORDS)
    if operator in (Operator.IN, Operator.NOT_IN):
        return st.lists(words | st.none(), min_size=1, max_size=3).map(tuple)
    return words | st.none() if operator in (Operator.EQ, Operator.NE) else words


def condition(name: str) -> st.SearchStrategy[Node]:
    """A comparison of a text."""
    return st.sampled_from(TEXT_OPERATORS).flatmap(
        lambda operator: texts(operator).map(lambda value: Comparison(name, operator, value))
    )


def tree(leaf: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Conditions joined in all ways. Not of Not is left out: the parser makes nothing of the two."""
    return st.recursive(
        leaf,
        lambda part: st.one_of(
            part.filter(lambda node: not isinstance(node, Not)).map(Not),
            st.lists(part, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(part, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        ),
        max_leaves=4,
    )


ITEM = tree(
    st.one_of(
        st.sampled_from(PLANS).map(lambda plan: Comparison("assignedPlan.servicePlanId", Operator.EQ, plan)),
        st.just(Comparison("assignedPlan.capabilityStatus", Operator.EQ, "Enabled")),
        st.just(Comparison("assignedPlan.service", Operator.NE, None)),
    )
)
LEAF: st.SearchStrategy[Node] = st.one_of(
    condition("user.department"),
    condition("user.city"),
    st.sampled_from([True, False, None]).map(lambda value: Comparison("user.accountEnabled", Operator.EQ, value)),
    st.tuples(st.sampled_from([Operator.GE, Operator.LE, Operator.EQ]), st.sampled_from(DATES)).map(
        lambda pair: Comparison("user.employeeHireDate", pair[0], Bare(pair[1]))
    ),
    st.builds(Quantified, st.just("user.otherMails"), st.booleans(), tree(condition("_")), st.just(0), st.just(0)),
    st.builds(Quantified, st.just("user.assignedPlans"), st.booleans(), ITEM, st.just(0), st.just(0)),
)
RULES = tree(LEAF)

TEXT = st.none() | st.sampled_from([*WORDS, "sales and it", "SALES"])
USER = st.fixed_dictionaries({
    "department": TEXT,
    "city": TEXT,
    "accountEnabled": st.none() | st.booleans(),
    "employeeHireDate": st.none() | st.sampled_from(["2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"]),
    "otherMails": st.lists(st.sampled_from(WORDS), max_size=3),
    "assignedPlans": st.lists(
        st.fixed_dictionaries({
            "servicePlanId": st.sampled_from(["P1", "p2", "p3"]),
            "capabilityStatus": st.sampled_from(["Enabled", "Deleted"]),
            "service": st.none() | st.just("exchange"),
        }),
        max_size=2,
    ),
})  # fmt: skip


class Printer:
    """Writes a rule in one of its many spellings."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def _one(self, *spellings: str) -> str:
        return self._data.draw(st.sampled_from(spellings))

    def _operator(self, name: str) -> str:
        word = self._one(name, name.lower(), name.upper(), name.title())
        return f" {self._one('-', '–', '')}{word} "

    def rule(self, node: Node, level: int = 0) -> str:
        """``level`` is how tightly what stands around binds: 1 -or, 2 -and, 3 -not."""
        text, own = self._part(node)
        if own < level or (own < 4 and own == level):
            return f"({text})"
        return self._one(text, f"( {text} )")

    def _part(self, node: Node) -> tuple[str, int]:
        match node:
            case Or(parts):
                return self._operator("or").join(self.rule(part, 1) for part in parts), 1
            case And(parts):
                return self._operator("and").join(self.rule(part, 2) for part in parts), 2
            case Not(part):
                return f"{self._operator('not')}{self.rule(part, 3)}".strip(), 3
            case Quantified(name, every, body):
                return f"{self._name(name)}{self._operator('all' if every else 'any')}({self.rule(body)})", 4
            case Comparison(name, operator, value):
                return f"{self._name(name)}{self._operator(operator)}{self._value(value)}", 4
            case _:
                raise AssertionError(node)

    def _name(self, name: str) -> str:
        return self._one(name, name.upper()) if name.startswith("user.") else name

    def _value(self, value: Value) -> str:
        if isinstance(value, tuple):
            return "[" + self._one(",", " , ").join(self._value(item) for item in value) + "]"
        if isinstance(value, bool) or value is None:
            word = {True: "true", False: "false", None: "null"}[value]
            return self._one(word, word.upper(), f"${word}")
        if isinstance(value, Bare):
            return value.text
        assert isinstance(value, str)
        double = '"' + value.replace('"', '`"') + '"'
        single = "'" + value.replace("'", "''") + "'"
        return self._one(double, single)


def plain(node: Node) -> Node:
    """Without places, and with names in lower case."""
    match node:
        case Not(part):
            return Not(plain(part))
        case And(parts):
            return And(tuple(map(plain, parts)))
        case Or(parts):
            return Or(tuple(map(plain, parts)))
        case Quantified(name, every, body):
            return Quantified(name.lower(), every, plain(body), 0, 0)
        case Comparison():
            return replace(node, property=node.property.lower())
        case _:
            return node


Truth = bool | None


def naive(node: Node, user: Json) -> Truth:
    """What a person would say of one user: yes, no, or that the page does not tell."""
    match node:
        case Not(part):
            return negated(naive(part, user))
        case And(parts):
            return conjunction([naive(part, user) for part in parts])
        case Or(parts):
            return negated(conjunction([negated(naive(part, user)) for part in parts]))
        case Quantified(name, every, body):
            items = user[name.partition(".")[2]]
            found = [naive(body, one if isinstance(one, dict) else {"_": one}) for one in items]
            return conjunction(found) if every else negated(conjunction([negated(one) for one in found]))
        case Comparison(name, operator, value):
            attribute = name.rpartition(".")[2]
            if attribute == "employeeHireDate":
                return hired(user[attribute], operator, value)
            if attribute == "accountEnabled":
                return None if user[attribute] is None and value is False else user[attribute] is value
            return said(user[attribute], str(operator), value)
        case _:
            raise AssertionError(node)


def negated(truth: Truth) -> Truth:
    return {True: False, False: True, None: None}[truth]


def conjunction(truths: list[Truth]) -> Truth:
    if False in truths:
        return False
    return None if None in truths else True


def hired(date: str | None, operator: Operator, value: Value) -> Truth:
    assert isinstance(value, Bare)
    if date is None:
        return None if operator is Operator.LE else False
    then = datetime.fromisoformat(date).astimezone(UTC)
    wanted = datetime.fromisoformat(value.text).replace(tzinfo=UTC)
    return {Operator.GE: then >= wanted, Operator.LE: then <= wanted, Operator.EQ: then == wanted}[operator]


def said(text: str | None, operator: str, value: Value) -> Truth:
    """A comparison of a text, in words rather than by the tool's tables."""
    if operator.startswith("not") and operator != "notIn" and text is None:
        return None
    if operator in ("in", "notIn"):
        assert isinstance(value, tuple)
        inside = (text or "").lower() in [item.lower() for item in value if isinstance(item, str)]
        among = None in value if text is None else inside
        return among if operator == "in" else not among
    if operator in ("eq", "ne"):
        same = text is None if value is None else text is not None and text.lower() == str(value).lower()
        return same if operator == "eq" else not same
    haystack, needle = (text or "").lower(), str(value).lower()
    kind = operator.removeprefix("not").lower()
    found = {
        "startswith": haystack[: len(needle)] == needle,
        "endswith": haystack[-len(needle) :] == needle,
        "contains": haystack.replace(needle, "") != haystack,
    }[kind]
    return not found if operator.startswith("not") else found


@settings(deadline=None, max_examples=150)
@given(RULES, st.data())
def test_a_rule_is_read_as_it_was_printed_in_any_spelling(rule: Node, data: st.DataObject) -> None:
    text = Printer(data).rule(rule)
    if len(text) <= MAX_LENGTH:
        tree = parse(text)
        assert plain(tree) == plain(rule)
        assert check(tree) == "user"


@settings(deadline=None, max_examples=300)
@given(RULES, st.lists(USER, max_size=6))
def test_the_selector_agrees_with_a_naive_evaluation(rule: Node, users: list[Json]) -> None:
    records = [{"id": f"u{number}", **user} for number, user in enumerate(users)]
    selection, _ = selector("user", records).select(rule)
    truths = {record["id"]: naive(rule, record) for record in records}
    yes = [key for key, truth in truths.items() if truth]
    maybe = [f"?{key}" for key, truth in truths.items() if truth is None]
    assert (who(records, selection) if records else "") == " ".join(yes + maybe)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=80) | st.text("userdvic.AnPlasM_ -()[],'\"`eqilyb01\n", max_size=80))
def test_any_text_is_a_rule_or_has_a_mistake_in_a_column(text: str) -> None:
    rule = read_rule(text)
    if rule.error is None:
        assert (rule.errorColumn, rule.selects in ("user", "device")) == (None, True)
    else:
        assert rule.errorColumn is not None
        assert 1 <= rule.errorColumn <= len(text) + 1
