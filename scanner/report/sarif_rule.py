"""A policy as a SARIF rule, and text as SARIF wants it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.model import PolicyInfo, Severity
from scanner.report.safe import cut, printable, printable_lines

TEXT = 1024
"""Characters GitHub takes in a description or message."""
NAME = 255
TAGS = 20
"""GitHub refuses more tags on a rule and shows 10."""

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""GitHub's ranges: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below that low; info has no score."""


def rule(policy: PolicyInfo) -> dict[str, Any]:
    """The reporting descriptor of a policy. No text in it is empty: GitHub refuses empty ones."""
    title = _text(policy.title) or policy.id
    sections = _sections(policy)
    node: dict[str, Any] = {
        "id": printable(policy.id),
        "name": _pascal(policy.id),
        "shortDescription": {"text": cut(title, TEXT)},
        "fullDescription": {"text": cut(_text(policy.description) or title, TEXT)},
        "help": {
            "text": "\n\n".join(f"{heading}: {text}" if heading else text for heading, text, _ in sections),
            "markdown": "\n\n".join(f"**{heading}**\n\n{mark}" if heading else mark for heading, _, mark in sections),
        },
        "defaultConfiguration": {"level": LEVELS[policy.severity]},
        "properties": {"tags": _tags(policy), "precision": "high", **_score(policy)},
    }
    links = [link for link in policy.references if link.startswith("https://")]
    return {**node, "helpUri": links[0]} if links else node


def sentence(text: str, limit: int = TEXT) -> str:
    """``text`` as the text of a SARIF message of at most ``limit`` characters.

    Braces are doubled, as single ones hold places for arguments, and nothing becomes a link (sections 3.11.5 and
    3.11.6 of the specification). A name must not be able to do either.
    """
    plain = printable_lines(text).replace("](", "] (")
    allowed = limit
    while len(doubled := _double(cut(plain, allowed))) > limit:
        allowed -= len(doubled) - limit
    return doubled


def _double(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _sections(policy: PolicyInfo) -> list[tuple[str, str, str]]:
    """Heading, text and Markdown of each part of the help that has something to say."""
    controls = [f"{name}: {', '.join(ids)}" for name, ids in sorted(policy.controls.items())]
    about = _text(policy.description) or _text(policy.title) or policy.id
    advice, source = _text(policy.remediation), _text(policy.source)
    sections = [
        ("", about, about),
        ("Remediation", advice, advice),
        ("Rule", source, "\n".join(f"    {line}" for line in source.splitlines())),
        ("Controls", *_listed(controls)),
        ("References", *_listed(policy.references)),
    ]
    return [section for section in sections if section[1]]


def _listed(lines: Iterable[str]) -> tuple[str, str]:
    shown = [printable(line) for line in lines if line]
    return "\n".join(shown), "\n".join(f"- {line}" for line in shown)


def _tags(policy: PolicyInfo) -> list[str]:
    controls = [f"{name}/{id}" for name, ids in sorted(policy.controls.items()) for id in ids]
    unique = dict.fromkeys(tag for tag in ("security", *policy.tags, *controls) if tag)
    return [cut(printable(tag), NAME) for tag in list(unique)[:TAGS]]


def _score(policy: PolicyInfo) -> dict[str, str]:
    score = _SCORES.get(policy.severity)
    return {"security-severity": score} if score else {}


def _pascal(id: str) -> str:
    """``BreakGlassAccounts`` for ``break-glass-accounts``: an identifier, as section 3.49.7 asks."""
    return cut("".join(word[:1].upper() + word[1:] for word in printable(id).split("-")), NAME) or "Policy"


def _text(text: str) -> str:
    return printable_lines(text).strip()
