"""What exactly compiled code calls: functions with a place for their errors, and the forms that treat errors as values.

``&& || all exists`` give a result where one operand decides it, even if another one fails: an error counts only when
nothing decides. A property that was not collected counts as such an error.
Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scanner.cel.values import ABSENT, Fault, NoOverload, Optional, Type, Value, kind
from scanner.errors import CelError, NotCollected

MAX_STEPS = 1_000_000
"""How many times the macros inside macros may go round in one evaluation, all counted together. Macros that stand
inside no other are bounded by the record itself."""

_NULL_HINT = "Test it with `!= null` first."


@dataclass(frozen=True, slots=True)
class Place:
    """A call in the source, for its errors."""

    text: str
    function: str
    """As in the tree; "" for what is no call."""
    arguments: tuple[str, ...]
    """Source of the arguments, as far as errors may be about them."""

    def error(self, fault: Fault, values: tuple[Value, ...]) -> CelError:
        """``fault`` as an error that names the place, given the values of the arguments."""
        if not isinstance(fault, NoOverload):
            return CelError(f"`{self.text}`: {fault}.")
        name = self.function.replace("_", "").replace("@", "")
        for text, value in zip(self.arguments, values, strict=False):
            if value is None:
                needs = f"`{name}` needs a value" if name else "a list, a map or a record is needed"
                return CelError(f"`{text}` is null, where {needs}. {_NULL_HINT}")
        if name:
            return CelError(f"`{self.text}`: `{name}` is not defined for {fault}.")
        return CelError(f"`{self.text}`: a list, a map or a record is needed, not {fault}.")


class Steps:
    """Counts how many times the macros inside macros went round in one evaluation."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def over(self, elements: Iterable[Value]) -> Iterable[Value]:
        """``elements``, each counted. Raises CelError when ``MAX_STEPS`` are used up."""
        for element in elements:
            self._left -= 1
            if self._left < 0:
                raise CelError(f"The macros inside macros go round more than {MAX_STEPS:,} times. Nest fewer of them.")
            yield element


def invoke(place: Place, function: Callable[..., Value], *arguments: Value) -> Value:
    """``function(*arguments)``; a Fault becomes a CelError that names the place."""
    try:
        return function(*arguments)
    except Fault as fault:
        raise place.error(fault, arguments) from None


def read(record: Value, getter: Callable[[Value], Value], is_list: bool) -> Value:
    """A property of a record. An absent record has no values and empty lists; an absent list is empty."""
    if isinstance(record, Optional):
        return optional(record, getter)
    value = None if record is None else getter(record)
    return [] if is_list and value is None else value


def there(value: Value) -> bool:
    """Whether a property with this value is present, as ``has()`` has it: not null, and a list not empty."""
    return bool(value) if isinstance(value, list | tuple) else value is not None


def present(record: Value, getter: Callable[[Value], Value]) -> bool:
    """Whether a record, or an optional one, is there and has the property."""
    value = record.value if isinstance(record, Optional) else record
    return value is not None and there(getter(value))


def optional(record: Value, getter: Callable[[Value], Value]) -> Optional:
    """A property that may be absent, of a record or of an optional one."""
    if not present(record, getter):
        return ABSENT
    return Optional(getter(record.value if isinstance(record, Optional) else record))


def test(text: str, value: Value) -> bool:
    """``value``, which must be true or false: null is neither. ``text`` is its source."""
    if value is True or value is False:
        return bool(value)
    if value is None:
        raise CelError(f"`{text}` is null, where true or false is needed. {_NULL_HINT}")
    raise CelError(f"`{text}` is of type {kind(value)}, where true or false is needed.")


class _Errors:
    """The first error of several operands."""

    __slots__ = ("first",)

    def __init__(self) -> None:
        self.first: CelError | NotCollected | None = None

    def is_(self, wanted: bool, text: str, operand: Callable[..., Value], *arguments: Value) -> bool:
        """Whether the operand has the wanted value. One that fails has not; its error is kept."""
        try:
            return test(text, operand(*arguments)) is wanted
        except (CelError, NotCollected) as error:
            self.first = self.first or error
            return False

    def unless(self, result: bool) -> bool:
        """``result``; raises the first error if there was one."""
        if self.first is not None:
            raise self.first
        return result


def all_of(texts: tuple[str, ...], *operands: Callable[[], Value]) -> bool:
    """``a && b && …``"""
    errors = _Errors()
    if any(errors.is_(False, text, operand) for text, operand in zip(texts, operands, strict=True)):
        return False
    return errors.unless(True)


def any_of(texts: tuple[str, ...], *operands: Callable[[], Value]) -> bool:
    """``a || b || …``"""
    errors = _Errors()
    if any(errors.is_(True, text, operand) for text, operand in zip(texts, operands, strict=True)):
        return True
    return errors.unless(False)


def every(text: str, elements: Iterable[Value], predicate: Callable[[Value], Value]) -> bool:
    """``elements.all(x, predicate)``"""
    errors = _Errors()
    if any(errors.is_(False, text, predicate, element) for element in elements):
        return False
    return errors.unless(True)


def some(text: str, elements: Iterable[Value], predicate: Callable[[Value], Value]) -> bool:
    """``elements.exists(x, predicate)``"""
    errors = _Errors()
    if any(errors.is_(True, text, predicate, element) for element in elements):
        return True
    return errors.unless(False)


def exactly_one(text: str, elements: Iterable[Value], predicate: Callable[[Value], Value]) -> bool:
    """``elements.exists_one(x, predicate)``: looks at every element, and fails if one fails."""
    return sum(test(text, predicate(element)) for element in elements) == 1


def mapped(
    elements: Iterable[Value], condition: Callable[[Value], bool], value: Callable[[Value], Value]
) -> list[Value]:
    """``elements.map(x, condition, value)``, and ``filter``."""
    return [value(element) for element in elements if condition(element)]


def or_else(place: Place, first: Value, other: Callable[[], Value], unwrap: bool) -> Value:
    """``first.or(other)``, and with ``unwrap`` ``first.orValue(other)``: ``other`` is worked out where it is needed."""
    if not isinstance(first, Optional):
        raise place.error(NoOverload(kind(first)), (first,))
    if first is ABSENT:
        return other()
    return first.value if unwrap else first


def once(make: Callable[[], Value]) -> Callable[[], Value]:
    """A function that gives what ``make`` gives, and calls it when first needed."""
    made: list[Value] = []

    def value() -> Value:
        if not made:
            made.append(make())
        return made[0]

    return value


def unbound(name: str) -> Value:
    """A variable that has no value."""
    raise CelError(f"There is no variable `{name}`.")


def unknown(name: str) -> Value:
    """A function that does not exist."""
    raise CelError(f"There is no function `{name}`.")


HELPERS: Mapping[str, Value] = {
    function.__name__: function
    for function in (
        *(Steps, invoke, read, present, optional, test, all_of, any_of, every, some, exactly_one, mapped, or_else),
        *(once, unbound, unknown, Type),
    )
}
"""Globals of exactly compiled functions."""
