"""A policy as its author has told it, and its file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.author.yamltext import expression, flow, line, prose
from scanner.cel.check import Checked
from scanner.cel.structs import NAMING
from scanner.cel.tree import Ident, Select
from scanner.cel.types import Types
from scanner.policy.vocabulary import Subject

MAX_ID = 40
_SHOWN = 3
"""Properties that a message names."""


@dataclass(frozen=True)
class Draft:
    """What a policy says."""

    id: str
    title: str
    severity: str
    resource: str
    assertion: str
    description: str
    remediation: str
    where: str = ""
    require: str = "all"
    message: str = ""
    """With expressions in braces."""
    references: tuple[str, ...] = ()


def proposed_id(title: str) -> str:
    """The title in small letters, digits and hyphens, without accents, cut at a word where it is too long.

    Empty where nothing of it can be used.
    """
    plain = unicodedata.normalize("NFKD", title.casefold()).replace("'", "").replace("’", "")
    words = re.findall(r"[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one)))
    while words and not words[0][0].isalpha():
        words.pop(0)
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word[:MAX_ID]
        if len(longer) > MAX_ID:
            break
        found = longer
    return found


def proposed_message(title: str, subject: Subject, types: Types, assertion: Checked) -> str:
    """Which record, and what the assertion found there; the title where nothing of it can be shown."""
    properties = types[subject.type].properties
    name = next((one for one in (*NAMING, "id") if one in properties), "")
    head = f"{{{subject.variable}.{name}}}: " if name else ""
    paths = [path for path in _read(assertion, subject.variable) if path != f"{subject.variable}.{name}"]
    shown = list(dict.fromkeys(paths))[:_SHOWN]
    if not shown:
        return f"{head}not so: {title.replace('{', '{{').replace('}', '}}')}"
    return head + ", ".join(f"{path.partition('.')[2]} is {{{path}}}" for path in shown)


def _read(checked: Checked, variable: str) -> Iterator[str]:
    """Paths of the scalars, and lists of them, that an expression reads of its record."""
    tree = checked.tree
    for node in tree.walk():
        kind = tree.type_of(node)
        kind = kind.parameters[0] if kind.name == "list" and kind.parameters else kind
        path: list[str] = []
        part = node
        while isinstance(part, Select) and not part.test_only:
            path.append(part.field)
            part = part.operand
        if path and isinstance(part, Ident) and part.name == variable and kind.name in _SCALARS:
            yield ".".join((variable, *reversed(path)))


_SCALARS = frozenset({"bool", "int", "double", "string", "timestamp", "duration"})


def policy_text(draft: Draft, header: str) -> str:
    """The file of a policy; ``header`` is its first line."""
    parts = [
        header,
        line("id", draft.id),
        line("title", draft.title),
        line("severity", draft.severity),
        prose("description", draft.description),
        prose("remediation", draft.remediation),
    ]
    if draft.references:
        parts += ["references:\n", *(f"  - {flow(address)}\n" for address in draft.references)]
    else:
        parts.append("# references: [https://…]  (pages that say so)\n")
    parts.append(line("resource", draft.resource))
    if draft.where:
        parts.append(expression("where", draft.where))
    if draft.require != "all":
        parts.append(line("require", draft.require))
    parts += [expression("assert", draft.assertion), expression("message", draft.message)]
    return "".join(parts)
