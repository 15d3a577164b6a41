"""The dialogue of ``tenantlint new``: a question for each thing that a policy says, asked again until it can stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from scanner.author.answers import LABELS, REQUIRE, Answers, BadAnswer
from scanner.author.draft import proposed_id
from scanner.author.guided import ITEM, BadValue, Condition, Operator, Takes, clause, operators
from scanner.cel.types import Property, RecordType
from scanner.errors import UsageError
from scanner.policy.typepages import overview, page
from scanner.policy.vocabulary import Subject, Vocabulary
from scanner.policy.words import did_you_mean, quoted

T = TypeVar("T")

_HOW = "  Name a property (? lists them, ?mail those with mail), or begin with = and\n  write an expression."


class Dialogue(Protocol):
    """A person who can be asked."""

    def say(self, text: str) -> None:
        """Show some lines."""
        ...

    def ask(self, question: str, default: str = "") -> str:
        """The answer; ``default`` for an empty one. Raises KeyboardInterrupt where the person stops."""
        ...


@dataclass(frozen=True)
class Wizard:
    """Asks for one policy."""

    dialogue: Dialogue
    words: Vocabulary
    width: int | None = None

    @property
    def _answers(self) -> Answers:
        return Answers(self.words)

    def title(self) -> str:
        return self._until(LABELS["title"], lambda text: self._answers.text("title", text))

    def id(self, title: str, check: Callable[[str], str]) -> str:
        return self._until(LABELS["id"], check, proposed_id(title))

    def severity(self) -> str:
        return self._until(LABELS["severity"], self._answers.severity, "medium")

    def text(self, key: str) -> str:
        return self._until(LABELS[key], lambda text: self._answers.text(key, text))

    def references(self) -> tuple[str, ...]:
        answer = self._until(LABELS["reference"], lambda text: text and self._answers.reference(text))
        return (answer,) if answer else ()

    def resource(self) -> str:
        def check(text: str) -> str:
            if text.strip() == "?":
                self.dialogue.say(overview(self.words, self.width))
                raise BadAnswer("")
            return self._answers.resource(text)

        return self._until(LABELS["resource"], check)

    def require(self, subject: Subject) -> str:
        """How many records must meet the rule; there is nothing to ask of what there is one of."""
        if self._is_one(subject):
            return "all"
        question = f"How many of these {subject.resource} must meet it ({', '.join(REQUIRE)})"
        return self._until(question, self._answers.require, "all")

    def _is_one(self, subject: Subject) -> bool:
        """Whether there is just one record of the kind."""
        resource = self.words.catalogue.get(subject.resource)
        return bool(resource and resource.singleton) or subject.resource == subject.variable

    def where(self, subject: Subject) -> str:
        """Which records the policy is about; empty for all."""
        one = self._is_one(subject)
        self.dialogue.say("When does it matter?" if one else f"Which {subject.resource} is it about?")
        self.dialogue.say(_HOW)
        return self._conditions(subject, f"Property (Enter for {'always' if one else 'all'})", optional=True)

    def assertion(self, subject: Subject) -> str:
        """What must hold for them."""
        self.dialogue.say("What must hold?" if self._is_one(subject) else "What must hold for them?")
        self.dialogue.say(_HOW)
        return self._conditions(subject, "Property", optional=False)

    def _conditions(self, subject: Subject, question: str, *, optional: bool) -> str:
        """Conditions that all must hold, as one expression."""
        found: list[str] = []
        while True:
            clause = self._until(
                "And which other property (Enter for no more)" if found else question,
                lambda text: self._condition(text, subject, optional=optional or bool(found)),
            )
            if not clause:
                return " && ".join(map(_part, found)) if len(found) > 1 else "".join(found)
            found.append(clause)
            self.dialogue.say(f"  {clause}")

    def _condition(self, text: str, subject: Subject, *, optional: bool) -> str:
        text = text.strip()
        if not text and optional:
            return ""
        if text == "?":
            self.dialogue.say(page(self.words, subject.resource, self.width))
            raise BadAnswer("")
        if text.startswith("?"):
            self.dialogue.say(_matching(text.removeprefix("?").strip(), self.words.types[subject.type]))
            raise BadAnswer("")
        if text.startswith("="):
            return self._answers.condition(text.removeprefix("="), subject).source
        path = text.removeprefix(f"{subject.variable}.")
        made = self._choose(subject.variable, path, self.words.types[subject.type])
        return self._answers.condition(made, subject).source

    def _choose(self, owner: str, path: str, record_type: RecordType) -> str:
        prop = self._property(path, record_type)
        offered = operators(prop)
        if not offered:
            raise BadAnswer(f"{quoted(path)} has no fixed type: write an expression, beginning with =.")
        chosen = self._operator(path, offered)
        if chosen.takes is Takes.CONDITION:
            inner = self._inner(self.words.types[prop.type])
            return clause(owner, Condition(path, chosen.name), prop, inner)
        return self._valued(owner, Condition(path, chosen.name), chosen.takes, prop)

    def _property(self, path: str, record_type: RecordType) -> Property:
        """The property at the end of a path. Raises BadAnswer with the nearest right name."""
        *way, last = path.split(".")
        found = record_type
        for name in way:
            prop = _named(name, found)
            if prop.many:
                raise BadAnswer(f"{quoted(name)} is a list. Write no more than that; its parts are asked for next.")
            if not prop.is_record:
                raise BadAnswer(f"{quoted(name)} has no parts. Write nothing after it.")
            found = self.words.types[prop.type]
        prop = _named(last, found)
        if prop.is_record and not prop.many:
            parts = ", ".join(f"{path}.{name}" for name in sorted(self.words.types[prop.type].properties))
            self.dialogue.say(f"  Its parts: {parts}")
        return prop

    def _operator(self, path: str, offered: Sequence[Operator]) -> Operator:
        names = [one.name for one in offered]
        self.dialogue.say("\n".join(f"  {number}  {name}" for number, name in enumerate(names, 1)))

        def check(text: str) -> Operator:
            text = text.strip()
            if text.isdecimal() and 0 < int(text) <= len(names):
                return offered[int(text) - 1]
            if text not in names:
                raise BadAnswer(f"Write a number from 1 to {len(names)}. {did_you_mean(text, names)}".rstrip())
            return offered[names.index(text)]

        return self._until(path, check)

    def _inner(self, record_type: RecordType) -> str:
        """A condition on one item of a list."""

        def check(text: str) -> str:
            if text.strip() == "?":
                self.dialogue.say(page(self.words, record_type.name, self.width))
                raise BadAnswer("")
            path = text.strip().removeprefix(f"{ITEM}.")
            prop = self._property(path, record_type)
            offered = [one for one in operators(prop) if one.takes is not Takes.CONDITION]
            if not offered:
                raise BadAnswer(f"{quoted(path)} has no fixed type: write the whole as an expression.")
            chosen = self._operator(path, offered)
            return self._valued(ITEM, Condition(path, chosen.name), chosen.takes, prop)

        return self._until(f"Which property of each {record_type.name} (? lists them)", check)

    def _valued(self, owner: str, condition: Condition, takes: Takes, prop: Property) -> str:
        """The condition with the value that its operator takes."""
        if takes is Takes.NOTHING:
            return clause(owner, condition, prop)
        if prop.values:
            self.dialogue.say(f"  One of: {', '.join(prop.values)}")

        def check(text: str) -> str:
            several = tuple(part.strip() for part in text.split(",")) if takes is Takes.SEVERAL else (text,)
            if not all(several):
                raise BadAnswer("Write a value.")
            try:
                return clause(owner, Condition(condition.path, condition.operator, several), prop)
            except BadValue as error:
                raise BadAnswer(str(error)) from None

        how = "; capital letters matter" if takes is Takes.ONE and prop.type == "string" and not prop.values else ""
        return self._until(f"{condition.path} {condition.operator} ({takes.value}{how})", check)

    def _until(self, question: str, check: Callable[[str], T], default: str = "") -> T:
        """Asks until the answer can stand."""
        while True:
            try:
                return check(self.dialogue.ask(question, default))
            except (BadAnswer, UsageError) as error:
                if str(error):
                    self.dialogue.say(str(error))


def _part(clause: str) -> str:
    """A condition as it can stand beside others."""
    return f"({clause})" if "||" in clause or "?" in clause else clause


def _matching(word: str, record_type: RecordType) -> str:
    """The properties in whose names or descriptions a word occurs, one a line."""
    found = [
        f"  {prop.name}"
        for prop in sorted(record_type.properties.values(), key=lambda prop: prop.name)
        if word.casefold() in f"{prop.name} {prop.description}".casefold()
    ]
    return "\n".join(found) or f"  None has {quoted(word)} in its name or description. ? lists them all."


def _named(name: str, record_type: RecordType) -> Property:
    """A property of a type. Raises BadAnswer with the nearest right name."""
    if not name:
        raise BadAnswer("Write the name of a property, or ? for a list of them.")
    if name not in record_type.properties:
        hint = did_you_mean(name, record_type.properties) or "Write ? for a list of them."
        raise BadAnswer(f"{quoted(record_type.name)} has no property {quoted(name)}. {hint}")
    return record_type.properties[name]
