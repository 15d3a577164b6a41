"""The part of OData that tenantlint speaks with Graph: query options, projection, filters and paging tokens.

Sources: https://learn.microsoft.com/graph/query-parameters (options), https://learn.microsoft.com/graph/paging (next
links, opaque ``$skiptoken``), https://learn.microsoft.com/graph/filter-query-parameter. Options beyond these are
refused rather than ignored, so that a collector cannot rest on an answer that the emulator made up.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from scanner.demo.bodies import GraphError, Json

OPTIONS = frozenset({"$select", "$expand", "$filter", "$top", "$skiptoken", "$count"})

Predicate = Callable[[Json], bool]


@dataclass(frozen=True)
class Query:
    """The query options of one request."""

    select: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()
    """Top-level items as written: ``policy($expand=rules)``."""
    filter: str = ""
    top: int | None = None
    skiptoken: str = ""
    count: bool = False

    def parameters(self, *, skiptoken: str = "") -> str:
        """As the query string of a next link."""
        given = {
            "$select": ",".join(self.select),
            "$expand": ",".join(self.expand),
            "$filter": self.filter,
            "$top": "" if self.top is None else str(self.top),
            "$count": "true" if self.count else "",
            "$skiptoken": skiptoken,
        }
        return "&".join(f"{name}={quote(value, safe=',()=$')}" for name, value in given.items() if value)


def parse_query(text: str) -> Query:
    """The options of a query string. Raises ``GraphError`` (400) for what Graph or the emulator refuses."""
    given = dict(parse_qsl(text, keep_blank_values=True))
    unknown = [name for name in given if name not in OPTIONS]
    if unknown:
        raise _bad(f"Unrecognized or unsupported query argument '{unknown[0]}'.")
    return Query(
        select=tuple(name.strip() for name in _top_level(given.get("$select", ""))),
        expand=tuple(_top_level(given.get("$expand", ""))),
        filter=given.get("$filter", "").strip(),
        top=_top(given["$top"]) if "$top" in given else None,
        skiptoken=given.get("$skiptoken", ""),
        count=given.get("$count", "").lower() == "true",
    )


def _top(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise _bad(f"Invalid value '{text}' for $top query option found. The $top query option requires an integer.")
    return int(text)


def _top_level(text: str) -> list[str]:
    """Split at commas that stand outside parentheses."""
    parts = [""]
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def navigation(item: str) -> str:
    """The navigation property of one ``$expand`` item: ``policy($expand=rules)`` → ``policy``."""
    return item.partition("(")[0].strip()


def check_select(query: Query, properties: Collection[str], type_name: str) -> None:
    """Raise Graph's 400 when a selected property is not one of ``properties``."""
    for name in query.select:
        if name not in properties:
            raise _bad(
                "Parsing OData Select and Expand failed: "
                f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'."
            )


def check_expand(query: Query, offered: Iterable[str], type_name: str) -> None:
    """Raise Graph's 400 when an ``$expand`` item is not one of ``offered``."""
    known = {_squeezed(item) for item in offered}
    for item in query.expand:
        if _squeezed(item) not in known:
            raise _bad(
                "Parsing OData Select and Expand failed: Could not find a property named "
                f"'{navigation(item)}' on type 'microsoft.graph.{type_name}'."
            )


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def project(record: Json, names: Collection[str], expanded: Collection[str], hidden: Collection[str]) -> Json:
    """``record`` as Graph sends it, keys in their order.

    ``names`` are the properties asked for (empty: all of them), ``expanded`` the navigation properties asked for,
    ``hidden`` those that are left out unless expanded. Annotations (``@odata.type``) always stay, and so do those of a
    property that stays (``rules@odata.context``).
    """
    return {key: value for key, value in record.items() if _kept(key, names, expanded, hidden)}


def _kept(key: str, names: Collection[str], expanded: Collection[str], hidden: Collection[str]) -> bool:
    name = key.partition("@")[0]
    if name in hidden:
        return name in expanded
    return not name or not names or name in names


_COMPARISON = re.compile(
    r"""\s*(?P<path>[A-Za-z_][A-Za-z0-9_/]*)\s+(?P<operator>eq|ne|ge)\s+
        (?P<value>'(?:[^']|'')*'|true|false|null|\d{4}-\d\d-\d\dT[0-9:.]+Z|-?\d+(?:\.\d+)?|[0-9a-fA-F-]{36})\s*""",
    re.VERBOSE,
)


def parse_filter(text: str) -> Predicate:
    """``path eq value``, ``ne`` and, for times in UTC, ``ge``, joined by ``and``; anything else is refused with Graph's
    400."""
    tests: list[Predicate] = []
    position = 0
    while True:
        found = _COMPARISON.match(text, position)
        if not found:
            raise _unsupported(text)
        tests.append(_comparison(found))
        position = found.end()
        if position == len(text):
            return lambda record: all(test(record) for test in tests)
        if not text.startswith("and ", position):
            raise _unsupported(text)
        position += len("and ")


def _comparison(found: re.Match[str]) -> Predicate:
    path = found["path"].split("/")
    wanted = _literal(found["value"])
    if found["operator"] == "ge":
        return lambda record: str(_at(record, path) or "") >= str(wanted)
    equal = found["operator"] == "eq"
    return lambda record: (_at(record, path) == wanted) is equal


def _literal(text: str) -> object:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    fixed: Mapping[str, object] = {"true": True, "false": False, "null": None}
    if text in fixed:
        return fixed[text]
    return text if "-" in text[1:] else json.loads(text)


def _at(record: Json, path: Iterable[str]) -> object:
    value: object = record
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


class Pages:
    """Makes and reads paging tokens: opaque, bound to the request they were made for, useless once altered.

    No two are the same, as the service may send a page without a record and go on where it began.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._given = 0
        self._ages: dict[str, int] = {}
        """Path → how often its tokens have expired."""

    def expire(self, path: str) -> None:
        """Make all tokens for ``path`` so far expired ones."""
        self._ages[path] = self._age(path) + 1

    def token(self, path: str, query: Query, offset: int) -> str:
        """For the page of ``path`` that begins at record ``offset``."""
        self._given += 1
        content = json.dumps([offset, self._digest(path, query), self._age(path), self._given]).encode()
        return base64.urlsafe_b64encode(self._signature(content) + content).decode().rstrip("=")

    def offset(self, path: str, query: Query) -> int:
        """Where the page that ``query`` asks for begins; 0 for the first.

        Raises ``GraphError`` (400) for a token that has expired, was altered or belongs to another request. The code
        is the one of https://learn.microsoft.com/graph/query-parameters for tokens that cannot be used; the wording is
        ours.
        """
        if not query.skiptoken:
            return 0
        padded = query.skiptoken + "=" * (-len(query.skiptoken) % 4)
        try:
            raw = base64.b64decode(padded.encode(), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise bad_page() from None
        signature, content = raw[:32], raw[32:]
        if not hmac.compare_digest(signature, self._signature(content)):
            raise bad_page()
        offset, digest, age, _ = json.loads(content)
        if digest != self._digest(path, query):
            raise bad_page()
        if age != self._age(path):
            raise expired_page()
        return int(offset)

    def _age(self, path: str) -> int:
        return self._ages.get(path, 0)

    def _digest(self, path: str, query: Query) -> str:
        return hashlib.sha256(f"{path}?{query.parameters()}".encode()).hexdigest()[:16]

    def _signature(self, content: bytes) -> bytes:
        return hmac.digest(self._secret, content, "sha256")


def bad_page() -> GraphError:
    """400 for a paging token that is not valid for this request."""
    return GraphError(400, "Request_BadRequest", "The specified $skiptoken is not valid for this request.")


def expired_page(code: str = "Directory_ExpiredPageToken") -> GraphError:
    """400 for a paging token that was valid once: Graph's code where a client reads too slowly, or another."""
    text = "The specified page token value has expired and can no longer be included in your request."
    return GraphError(400, code, text)


def _bad(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def _unsupported(text: str) -> GraphError:
    return GraphError(400, "Request_UnsupportedQuery", f"Unsupported or invalid query filter clause: {text}")
