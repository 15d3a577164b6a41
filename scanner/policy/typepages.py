"""What expressions can read, as text for the terminal: the resources, and the properties and facts of one.

A page is asked for by the name of a resource (``users``), by the name of its record in expressions (``user``), by a
type's (``assignedPlan``), or by a path (``user.assignedPlans``).
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.cel.types import TENANT, Property, RecordType, Types
from scanner.collect.catalogue import Resource
from scanner.errors import UsageError
from scanner.policy.pages import WIDTH, table
from scanner.policy.vocabulary import Subject, Vocabulary
from scanner.policy.words import did_you_mean
from scanner.tenant.facts import DERIVED_BY_NAME, requirements

_SHORT = 160
"""Characters of a property's description on a page of all properties."""
_PLACES = 8
"""Places that are named of those where a type is found."""


def overview(words: Vocabulary, width: int | None = WIDTH) -> str:
    """Every resource a policy can be about, with the name of its record in expressions."""
    rows = [
        (subject.resource, f"{subject.variable}: {_in_short(subject, words)}") for subject in words.subjects.values()
    ]
    return table(sorted(rows), width)


def page(words: Vocabulary, name: str, width: int | None = WIDTH) -> str:
    """The page of ``name``. Raises ``UsageError`` with the nearest right name where there is none."""
    root, *rest = name.split(".")
    subject = _subject(words, root)
    record_type = _walk(words.types, subject.type if subject else root, rest, name, words)
    return "\n".join(_page(words, subject if not rest else None, record_type, width)).rstrip()


def _subject(words: Vocabulary, root: str) -> Subject | None:
    if root in words.subjects:
        return words.subjects[root]
    return next((one for one in words.subjects.values() if one.variable == root), None)


def _walk(types: Types, start: str, rest: list[str], asked: str, words: Vocabulary) -> RecordType:
    if start not in types:
        names = {*words.subjects, *(one.variable for one in words.subjects.values()), *types}
        raise UsageError(f"There is no resource or type {asked}. {did_you_mean(asked, names)}".rstrip())
    found = types[start]
    for name in rest:
        part = found.properties.get(name)
        if part is None:
            raise UsageError(f"`{found.name}` has no property {name}. {did_you_mean(name, found.properties)}".rstrip())
        if not part.is_record:
            raise UsageError(f"{asked} is {_type(part)}: it has no properties. {part.description}".rstrip())
        found = types[part.type]
    return found


def _page(words: Vocabulary, subject: Subject | None, found: RecordType, width: int | None) -> Iterator[str]:
    resource = words.catalogue.get(subject.resource) if subject is not None else None
    if subject is not None:
        yield f"{subject.resource}: a record is `{subject.variable}` in expressions"
        about = _about(subject, words)
        yield from ([about] if about else [])
        if resource is not None:
            yield from _source(resource)
        elif subject.resource in DERIVED_BY_NAME:
            yield f"Made from {', '.join(requirements(subject.resource))}."
    else:
        yield f"{found.name}: {found.description}".rstrip(": ")
        yield from _places(words, found)
    properties = sorted(found.properties.values(), key=lambda one: one.name)
    facts = [one for one in properties if one.fact]
    plain = [one for one in properties if not one.fact]
    if facts:
        yield from (
            "",
            "Facts that tenantlint adds",
            table([_row(one, _made_from(found, one)) for one in facts], width),
        )
    if plain:
        heading = "Columns" if subject and subject.resource in DERIVED_BY_NAME else "Properties"
        yield from ("", heading, table([_row(one, gate=_gate(resource, one.name)) for one in plain], width))


def _about(subject: Subject, words: Vocabulary) -> str:
    if subject.resource in DERIVED_BY_NAME:
        return DERIVED_BY_NAME[subject.resource].description
    if subject.resource == TENANT:
        return "The tenant as a whole: its settings, its small collections, and facts about it."
    return _sentence(words.types[subject.type].description)


def _places(words: Vocabulary, found: RecordType) -> Iterator[str]:
    """Where values of a type are found, from the records on."""
    variables: dict[str, list[str]] = {}
    for subject in words.subjects.values():
        variables.setdefault(subject.type, []).append(subject.variable)
    places = sorted(
        f"{name}.{one.name}"
        for owner in words.types.values()
        for one in owner.properties.values()
        if one.type == found.name
        for name in variables.get(owner.name, [owner.name])
    )
    if places:
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        yield f"Found in {', '.join(places[:_PLACES])}{more}."


def _gate(resource: Resource | None, name: str) -> str:
    """What reading one property takes beside what reading the resource takes."""
    if resource is None:
        return ""
    permission, licence = (resource.permission_for or {}).get(name), (resource.license_for or {}).get(name)
    needed = [*([permission] if permission else []), *([f"the licence {licence}"] if licence else [])]
    return f" Needs {' and '.join(needed)}." if needed else ""


def _in_short(subject: Subject, words: Vocabulary) -> str:
    """What the resource is, or how it is read where Graph has no word on it."""
    return _about(subject, words) or f"GET /{words.catalogue[subject.resource].path}"


def _source(resource: Resource) -> Iterator[str]:
    if resource.imported:
        yield "From a file that is added to the snapshot."
    service = "Azure Resource Manager" if resource.azure else f"Microsoft Graph {resource.version}"
    if resource.permission:
        yield f"From {service}: GET /{resource.path}, read with {resource.permission}"
    if resource.licenses:
        yield f"Needs the licence {' or '.join(resource.licenses)}"
    yield f"Documentation: {resource.documentation}"


def _row(one: Property, made_from: str = "", gate: str = "") -> tuple[str, str]:
    values = f" One of: {', '.join(one.values)}." if one.values else ""
    said = one.description if made_from else _sentence(one.description)
    return f"{one.name}: {_type(one)}", f"{said}{values}{made_from}{gate}".strip()


def _type(one: Property) -> str:
    return f"list of {one.type}" if one.many else one.type


def _made_from(owner: RecordType, one: Property) -> str:
    """Where a fact's knowledge comes from; facts' own structs have none of their own."""
    if owner.fact:
        return ""
    return f" Made from {', '.join(requirements(owner.name, one.name)) or 'the configuration'}."


def _sentence(text: str) -> str:
    """The first sentence of a description, cut short."""
    first = text.partition(". ")[0].strip().rstrip(".")
    return f"{first[:_SHORT]}…" if len(first) > _SHORT else f"{first}." if first else ""
