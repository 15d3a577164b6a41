"""Rules over properties, as dynamic groups and filters of Conditional Access have them: values go, the rule stays.

``(user.department -eq "Sales")`` reads afterwards ``(user.department -eq "kqbt…")``: the value becomes what the same
value becomes in the property that it is compared with, so the rule selects the same records. A text that is no rule
becomes one word, which is no rule either.
https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from scanner.tenant.dynamic_rule.lexer import Kind, Token, tokenize
from scanner.tenant.dynamic_rule.syntax import Operator, RuleError

_OPERATORS = frozenset({"and", "or", "not", "any", "all", "plus", "minus"}).union(map(str.lower, Operator))
_PROPERTIES = """
devicecategory deviceid devicemanagementappid devicemanufacturer devicemodel deviceostype deviceosversion
deviceownership devicephysicalids devicetrusttype dirsyncenabled enrollmentprofilename facsimiletelephonenumber
isrooted managementtype mobile physicaldeliveryofficename profiletype sipproxyaddress systemlabels telephonenumber
trusttype
"""
"""Those that have another name in rules than in records, or no record type."""
_WORDS = _OPERATORS.union(
    ("user", "device", "group", "system", "now", "direct", "reports", "for", "objectid", "memberof", "_"),
    ("true", "false", "null", "$true", "$false", "$null"),
    _PROPERTIES.split(),
)
_BOOLEANS = ("true", "false")
"""May stand in quotes and say the same."""
_PLAIN = re.compile(r"\d{1,6}(\.\d+)?|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?", re.ASCII)
"""Numbers too short to be anybody's, and dates."""
_EXTENSION = re.compile(
    r"(extension)_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_(\w+)", re.ASCII | re.IGNORECASE
)
"""A property that an application has added: the application's id without hyphens, and the name."""
_SPAN = re.compile(r"p(\d{1,4}[ymwd])*(t(\d{1,4}[hms])+)?", re.ASCII)
"""A duration after system.now."""


@dataclass(frozen=True)
class Rules:
    """Redacts rules."""

    word: Callable[[str], str]
    """A name that somebody chose."""
    value: Callable[[str, str, str], str]
    """A value of a property: record type, property, value."""
    names: Collection[str]
    """Record types and properties of all of them, in lower case."""

    def redact(self, rule: str) -> str:
        """The rule without its values."""
        try:
            tokens = tokenize(rule)
        except RuleError:
            return self.word(rule)
        made: list[str] = []
        place = 0
        owner, name = "", ""
        for token in tokens:
            written = rule[token.start : token.end]
            made.append(rule[place : token.start])
            place = token.end
            if token.kind is Kind.WORD and "." in written:
                owner, _, name = written.rpartition(".")
            made.append(self._token(token, written, owner, name))
        return "".join(made)

    def _token(self, token: Token, written: str, owner: str, name: str) -> str:
        if token.kind is Kind.STRING:
            value = token.text if token.text.lower() in _BOOLEANS else self.value(owner, name, token.text)
            edge = 1 if written[0] != "`" else 2
            return written if value == token.text else written[:edge] + value + written[-edge:]
        if token.kind is Kind.WORD:
            return ".".join(part if self._is_name(part) else self._own_name(part) for part in written.split("."))
        if token.kind is Kind.OPERATOR and token.text.lower() not in _OPERATORS:
            return written[0] + self.word(token.text)
        if token.kind is Kind.BARE and not _PLAIN.fullmatch(written):
            return self.word(written)
        return written

    def _own_name(self, part: str) -> str:
        """A name that somebody chose; that of an extension is one of an extension afterwards."""
        found = _EXTENSION.fullmatch(part)
        if found is None:
            return self.word(part)
        key = self.value("application", "appId", "-".join(found.groups()[1:6])).replace("-", "")
        return f"{found[1]}_{key}_{self.word(found[7])}"

    def _is_name(self, part: str) -> bool:
        lower = part.lower()
        return lower in _WORDS or lower in self.names or _SPAN.fullmatch(lower) is not None
