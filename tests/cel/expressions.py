"""Random well-typed expressions and random records, for comparing our evaluation with Google's.

Left out is what is known to differ: an absent time, which ours reads as null and protobuf as 1970; records compared
whole or with null; values of type ``any``; digits beyond microseconds; the sign of NaN in text, which the runtime
writes; and ``substring(start, end)`` with the end of the text as ``end``, which the runtime refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from scanner.cel.values import Value
from tests.cel.records import Address, Region, Role, User

TEMPLATES: Mapping[str, Sequence[str]] = {
    "bool": [
        *("true", "false", "user.accountEnabled", "user.isAdmin", "user.flags[0]"),
        *("<bool> && <bool>", "<bool> || <bool>", "<bool> && <bool> && <bool>", "!<bool>", "<bool> ? <bool> : <bool>"),
        *(
            f"<{kind}> {operator} <{kind}>"
            for kind in ("string", "int", "time")
            for operator in ("==", "!=", "<", ">=")
        ),
        *("<double> == <double>", "<double> < <double>", "<uint> == <uint>", "<uint> <= <uint>", "<bytes> == <bytes>"),
        *(
            "<duration> == <duration>",
            "<duration> > <duration>",
            "<bool> == <bool>",
            "<bool> < <bool>",
            "<bool> <= <bool>",
        ),
        *(
            "<user>.displayName == null",
            "<role>.level != null",
            "user.accountEnabled == null",
            "user.score == null",
            "user.displayName != null",
        ),
        *(
            "<texts> == <texts>",
            "<ints> != <ints>",
            "<string> in <texts>",
            "<int> in <ints>",
            '<string> in ["a", "ab", "é"]',
        ),
        *("<double> in [1.0, 2.5]", "<int> in [1, 2, 3]", "<bool> in <bools>", "<string> in {'a': 1, 'ab': 2}"),
        *(
            "<int> in {1: 'x', 2: 'y'}",
            "<dyn> == <dyn>",
            "<dyn> != <dyn>",
            "<dyn> < <dyn>",
            "<dyn> in [1, 'a', true, 2.5]",
        ),
        *("dyn(<bool>)", "dyn(<string>) == 'a' || <bool>", "dyn(<int>) && <bool>", "<bool> || dyn(<string>)"),
        *("<string>.startsWith(<string>)", "<string>.endsWith(<string>)", "<string>.contains(<string>)"),
        *(f"<string>.matches({pattern!r})" for pattern in ("a", "^a", "b$", "a.*b", "[a-z]+", "(a|é)+", "^$", "(")),
        *("has(<user>.displayName)", "has(<user>.manager)", "has(<address>.region.code)", "has(<user>.mails)"),
        *("has(<role>.tags)", "has({'a': <int>}.a)", "has({'a': <int>}.b)"),
        *("<texts>.exists(<v:string>, <bool>)", "<texts>.all(<v:string>, <bool>)", "<ints>.all(<v:int>, <bool>)"),
        *("<roles>.exists(<v:role>, <bool>)", "<roles>.all(<v:role>, <bool>)", "<roles>.exists_one(<v:role>, <bool>)"),
        *("<ints>.exists_one(<v:int>, <bool>)", "<bools>.exists(<v:bool>, <bool>)", "<users>.all(<v:user>, <bool>)"),
        *("{'a': 1, 'b': 2}.exists(<v:string>, <bool>)", "<users>.exists(<v:user>, <bool>)", "bool(<string>)"),
        *(
            "<optional>.hasValue()",
            "type(<dyn>) == dyn(type(<dyn>))",
            "type(<int>) == int",
            "cel.bind(<v:int>, 7 / user.logins, <bool>)",
        ),
    ],
    "string": [
        *("''", "'a'", "'ab'", "'Ab'", "'é'", "'🐱x'", "'a,b'", "'12'", "'-1.5'", "'true'", "'x\\ny'", "domain"),
        *(
            "user.displayName",
            "user.userPrincipalName",
            "user.mails[0]",
            "user.class",
            "'90m'",
            "'2024-02-29T12:00:00Z'",
        ),
        *(
            "<user>.displayName",
            "<address>.city",
            "<role>.name",
            "<address>.region.code",
            "<user>.manager.address.city",
        ),
        *(
            "<string> + <string>",
            "<bool> ? <string> : <string>",
            "<texts>[<int>]",
            "{'a': <string>}.a",
            "{'a': <string>}['b']",
        ),
        *(
            "string(<int>)",
            "string(<uint>)",
            "string(user.score)",
            "string(<bool>)",
            "string(<string>)",
            "string(<bytes>)",
        ),
        *(
            "string(<time>)",
            "string(<duration>)",
            "<string>.charAt(<int>)",
            "<string>.substring(<int>)",
            "<string>.trim()",
        ),
        *("('ab' + <string>).substring(<int>, 1)", "<string>.replace(<string>, <string>)", "<string>.lowerAscii()"),
        *(
            "<string>.replace(<string>, <string>, <int>)",
            "<string>.upperAscii()",
            "<string>.reverse()",
            "<texts>.join()",
        ),
        *(
            "<texts>.join(<string>)",
            "strings.quote(<string>)",
            "'%s'.format([<dyn>])",
            "'%d|%s'.format([<int>, <string>])",
        ),
        *(
            "'%x %o %b'.format([<int>, <int>, <int>])",
            "'%.2f %e'.format([<double>, <double>])",
            "<string>.format([<int>])",
        ),
        *("user.?manager.?displayName.orValue(<string>)", "<texts>[?<int>].orValue(<string>)", "<optional>.value()"),
        *("<optional>.orValue(<string>)", "cel.bind(<v:string>, user.mails[1], <string>)"),
    ],
    "int": [
        *("0", "1", "-1", "2", "7", "9223372036854775807", "-9223372036854775808", "user.logins", "user.failures"),
        *("<role>.level", "<address>.region.level", "user.counts[1]", "<ints>[<int>]", "{1: 10, 2: 20}[<int>]"),
        *("<int> + <int>", "<int> - <int>", "<int> * <int>", "<int> / <int>", "<int> % <int>", "-<int>"),
        *("<bool> ? <int> : <int>", "size(<string>)", "size(<texts>)", "<ints>.size()", "size(<bytes>)", "int(<int>)"),
        *("int(<double>)", "int(<uint>)", "int(<string>)", "int(<time>)", "<string>.indexOf(<string>)"),
        *(
            "<string>.indexOf(<string>, <int>)",
            "<string>.lastIndexOf(<string>)",
            "<string>.lastIndexOf(<string>, <int>)",
        ),
        *(
            f"<time>.get{part}()"
            for part in ("FullYear", "Month", "Date", "DayOfWeek", "DayOfYear", "Hours", "Milliseconds")
        ),
        *("<time>.getHours('America/St_Johns')", "<time>.getDayOfMonth('+11:00')", "<time>.getMinutes(<string>)"),
        *(f"<duration>.get{part}()" for part in ("Hours", "Minutes", "Seconds", "Milliseconds")),
    ],
    "uint": [
        "0u",
        "3u",
        "18446744073709551615u",
        "uint(<int>)",
        "<uint> + <uint>",
        "<uint> - <uint>",
        "<uint> / <uint>",
    ],
    "double": [
        *("0.0", "-0.0", "1.0", "2.5", "-1.5", "1e10", "1e308", "0.1", "user.score", "double('NaN')"),
        *("<double> + <double>", "<double> - <double>", "<double> * <double>", "<double> / <double>", "-<double>"),
        *("double(<int>)", "double(<string>)", "<bool> ? <double> : <double>"),
    ],
    "bytes": ["b''", "b'a\\xff'", "bytes(<string>)", "<bytes> + <bytes>", "user.photo"],
    "time": [
        *("now", "user.createdDateTime", "user.lastSeen", "timestamp(0)", "timestamp('2024-02-29T23:59:59.5Z')"),
        *("<time> + <duration>", "<time> - <duration>", "timestamp(<int>)", "timestamp(<time>)"),
    ],
    "duration": [
        *("duration('0s')", "duration('90m')", "duration('-1.5s')", "duration('720h')", "user.grace"),
        *("<time> - <time>", "<duration> + <duration>", "<duration> - <duration>", "duration(<duration>)"),
    ],
    "texts": [
        *(
            "user.mails",
            "['a', 'é']",
            "[<string>, <string>]",
            "<texts> + <texts>",
            "<string>.split(<string>)",
            "<address>.lines",
        ),
        *("<string>.split(<string>, <int>)", "<texts>.filter(<v:string>, <bool>)", "<ints>.map(<v:int>, <string>)"),
        *("<texts>.map(<v:string>, <bool>, <string>)", "<roles>.map(<v:role>, <string>)", "[?<optional>, <string>]"),
    ],
    "ints": [
        "user.counts",
        "[1, 2, 3]",
        "[]",
        "[<int>, <int>]",
        "<ints>.filter(<v:int>, <bool>)",
        "<texts>.map(<v:string>, <int>)",
    ],
    "bools": ["user.flags", "[true, <bool>]"],
    "roles": ["user.roles", "<roles>.filter(<v:role>, <bool>)", "<users>.map(<v:user>, <role>)", "<user>.roles"],
    "users": ["user.reports", "<user>.reports", "[<user>]"],
    "user": ["user", "user.manager", "<user>.manager", "<users>[<int>]"],
    "address": ["user.address", "<user>.address"],
    "role": ["user.roles[0]", "<roles>[<int>]"],
    "optional": [
        *(
            "user.?displayName",
            "user.?manager.?displayName",
            "optional.of(<string>)",
            "optional.ofNonZeroValue(<string>)",
        ),
        *(
            "<optional>.optMap(<v:string>, <string>)",
            "<optional>.or(<optional>)",
            "<texts>[?<int>]",
            "{'a': <string>}.?a",
        ),
        *("<optional>.optFlatMap(<v:string>, <optional>)", "user.?address.?city", "{'a': <string>}[?<string>]"),
    ],
    "dyn": [
        *("dyn(<int>)", "dyn(<uint>)", "dyn(user.score)", "dyn(<string>)", "dyn(<bool>)", "dyn(null)", "dyn(<bytes>)"),
        *("dyn(<time>)", "dyn(<duration>)", "dyn(<texts>)", "dyn([<int>, 2.5])", "dyn({'a': <int>})"),
    ],
}
"""Forms of expressions by type. ``<int>`` is an expression of that type; ``<v:int>`` a new variable, which may be used
by what stands to the right of it."""

_HOLE = re.compile(r"<(v:)?(\w+)>")


def expressions(kind: str = "bool", depth: int = 4) -> st.SearchStrategy[str]:
    """Sources of type ``kind``."""
    return _expression(kind, depth, ())


@st.composite
def _expression(draw: st.DrawFn, kind: str, depth: int, variables: tuple[tuple[str, str], ...]) -> str:
    known = [name for name, its in variables if its == kind]
    if known and draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(known))
    forms = [form for form in TEMPLATES[kind] if depth > 0 or not _HOLE.search(form)] or TEMPLATES[kind][:1]
    form = draw(st.sampled_from(forms))
    pieces: list[str] = []
    end = 0
    for hole in _HOLE.finditer(form):
        pieces.append(form[end : hole.start()])
        end = hole.end()
        if hole[1]:
            name = f"v{len(variables)}"
            variables = (*variables, (name, hole[2]))
            pieces.append(name)
        else:
            part = draw(_expression(hole[2], depth - 1, variables))
            pieces.append(part if re.fullmatch(r"[\w.]+|'[^']*'", part) else f"({part})")
    return "".join(pieces) + form[end:]


_TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
_TEXTS = st.sampled_from(["", "a", "ab", "Ab", "é", "🐱x", "a,b", "12", "contoso.com", "%d", " a\t"])
_INTS = st.sampled_from([0, 1, 2, 3, -1, 2**63 - 1, -(2**63)])


def _maybe(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.none() | values


_REGIONS = st.builds(Region, code=_maybe(_TEXTS), level=_maybe(_INTS))
_ADDRESSES = st.builds(
    Address, city=_maybe(_TEXTS), lines=_maybe(st.lists(_TEXTS, max_size=2)), region=_maybe(_REGIONS)
)
_ROLES = st.builds(
    Role, name=_maybe(_TEXTS), level=_maybe(_INTS), isPrivileged=_maybe(st.booleans()), scope=_maybe(_REGIONS)
)


def _users(depth: int) -> st.SearchStrategy[Value]:
    others = _users(depth - 1) if depth else st.none()
    return st.builds(
        User,
        id=_TEXTS,
        displayName=_maybe(_TEXTS),
        userPrincipalName=_TEXTS,
        accountEnabled=_maybe(st.booleans()),
        isAdmin=st.booleans(),
        logins=_maybe(_INTS),
        failures=_INTS,
        score=_maybe(st.sampled_from([0.0, 1.0, 2.5, -1.5, 1e308])),
        photo=_maybe(st.binary(max_size=3)),
        createdDateTime=_TIMES,
        lastSeen=_TIMES,
        grace=st.sampled_from([timedelta(), timedelta(hours=1), timedelta(microseconds=-1500)]),
        manager=_maybe(others),
        address=_maybe(_ADDRESSES),
        mails=_maybe(st.lists(_TEXTS, max_size=3)),
        counts=_maybe(st.lists(_INTS, max_size=3)),
        flags=_maybe(st.lists(st.booleans(), max_size=2)),
        roles=_maybe(st.lists(_ROLES, max_size=2)),
        reports=_maybe(st.lists(others, max_size=2)) if depth else st.none(),
        class_=_maybe(_TEXTS),
    )


users = _users(1)
"""Random users. All have times; a manager and reports have none of their own."""
