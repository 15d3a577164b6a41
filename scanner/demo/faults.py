"""Faults on demand: which requests the emulator answers with an error, and how often.

    Faults({"groups": throttle(times=2, retry_after=1),       # two 429, then the data
            "userRegistrationDetails": denied(),              # 403 for good
            "users": [status(503), reset(after=1)],           # a 503, one page, then a broken connection
            "users.signInActivity": unlicensed(),             # only when that property is selected
            "groups.displayName": missing(after=1)})          # the second page comes without it

A key is a catalogue name, ``name.property``, ``$batch`` (the batch request itself) or ``*`` (any request).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanner.collect.catalogue import BY_NAME, RESOURCES, License
from scanner.errors import UsageError

BATCH = "$batch"
ANY = "*"


class Kind(StrEnum):
    """What goes wrong."""

    DENIED = "denied"
    """403: the application lacks the permission."""
    UNLICENSED = "unlicensed"
    """400 or 403: the tenant lacks the licence."""
    THROTTLED = "throttled"
    """429, with ``Retry-After`` unless that is None."""
    STATUS = "status"
    """Any other status, mostly 5xx."""
    TOKEN_EXPIRED = "token expired"
    """401: the access token has run out."""
    PAGE_EXPIRED = "page expired"
    """400: the paging token is no longer known, nor are those given before; hits only requests that carry one."""
    LOOPING = "looping"
    """The link to the next page leads to the page that has it."""
    SHORT = "short"
    """A page with half of the records it should have, or none; the next one begins where it ends."""
    MISSING = "missing"
    """The records come without a property."""
    GONE = "gone"
    """404: the object asked about was deleted."""
    ERROR_INSIDE = "error inside"
    """200, with an error for a body."""
    UNANSWERED = "unanswered"
    """Within a batch the request is left out of the answer; by itself it gets none."""
    NEAR_LIMIT = "near limit"
    """Served, with the share of a limit that is used."""
    RESET = "reset"
    """The connection breaks in the middle of the body."""
    TRUNCATED = "truncated"
    """A whole HTTP answer, but half of the JSON."""


OF_PROPERTIES = (Kind.DENIED, Kind.UNLICENSED, Kind.MISSING)
"""What a single property can suffer: the request that selects it is refused, or answered without it."""
PAGE_EXPIRED = "Directory_ExpiredPageToken"
APPLICATION = "Tenant_Application/ReadWrite/00000003-0000-0000-c000-000000000000/11111111-1111-4111-8111-111111111111"
"""Scope of a limit on all that an application does in a tenant."""


@dataclass(frozen=True)
class Fault:
    """One fault of one resource."""

    kind: Kind
    times: int | None = None
    """How many requests it hits; None: every one."""
    after: int = 0
    """How many requests are served before it begins."""
    status: int = 0
    retry_after: int | None = None
    """Seconds."""
    code: str = ""
    """Graph's error code, where there are several for one thing."""
    scope: str = ""
    """Whom a limit concerns: ``x-ms-throttle-scope``."""
    share: float = 0.0
    """Of a limit, as used: ``x-ms-throttle-limit-percentage``."""


def denied(*, after: int = 0) -> Fault:
    """The permission is missing."""
    return Fault(Kind.DENIED, after=after)


def unlicensed() -> Fault:
    """The licence is missing."""
    return Fault(Kind.UNLICENSED)


def throttle(times: int | None = 1, retry_after: int | None = 1, *, after: int = 0, scope: str = "") -> Fault:
    """``times`` answers 429; ``retry_after`` in seconds, None for no header; ``scope`` as ``APPLICATION``."""
    return Fault(Kind.THROTTLED, times, after, retry_after=retry_after, scope=scope)


def near_limit(share: float, times: int | None = None, *, after: int = 0) -> Fault:
    """``times`` answers say that ``share`` (0.8 to 1.8) of a limit is used."""
    return Fault(Kind.NEAR_LIMIT, times, after, share=share)


def status(code: int, times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` answers with status ``code``; None: every answer."""
    return Fault(Kind.STATUS, times, after, status=code)


def token_expired(times: int = 1, *, after: int = 0) -> Fault:
    """``times`` answers 401."""
    return Fault(Kind.TOKEN_EXPIRED, times, after)


def page_expired(times: int | None = 1, *, after: int = 0, code: str = PAGE_EXPIRED) -> Fault:
    """``times`` requests for a further page fail, and with each the links given before it."""
    return Fault(Kind.PAGE_EXPIRED, times, after, code=code)


def looping(times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` pages lead to themselves."""
    return Fault(Kind.LOOPING, times, after)


def short(times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` pages have fewer records than were asked for."""
    return Fault(Kind.SHORT, times, after)


def missing(times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` answers come without a property; of a property only."""
    return Fault(Kind.MISSING, times, after)


def gone(times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` objects were deleted since their id was read."""
    return Fault(Kind.GONE, times, after)


def error_inside(times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` answers say 200 and hold an error."""
    return Fault(Kind.ERROR_INSIDE, times, after)


def unanswered(times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` requests are forgotten, in a batch that is answered."""
    return Fault(Kind.UNANSWERED, times, after)


def reset(times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` answers break off in the middle."""
    return Fault(Kind.RESET, times, after)


def truncated(times: int | None = 1, *, after: int = 0) -> Fault:
    """``times`` answers carry half of their JSON."""
    return Fault(Kind.TRUNCATED, times, after)


def unlicensed_without(owned: Collection[License]) -> dict[str, Fault]:
    """The faults of a tenant that owns these editions only: of resources, and of properties that need a licence."""
    faults: dict[str, Fault] = {}
    for resource in RESOURCES:
        if resource.licenses and not set(resource.licenses) & set(owned):
            faults[resource.name] = unlicensed()
        for name, license_needed in (resource.license_for or {}).items():
            if license_needed not in owned:
                faults[f"{resource.name}.{name}"] = unlicensed()
    return faults


class Faults:
    """The faults of one emulator, with what has happened so far.

    Raises ``UsageError`` for a key that names no resource of the catalogue.
    """

    def __init__(self, faults: Mapping[str, Fault | Sequence[Fault]] | None = None) -> None:
        self._states = {key: [_State(fault) for fault in _several(value)] for key, value in (faults or {}).items()}
        self.hits: list[tuple[str, Fault]] = []
        """What was hit by what, in order: the first key of the request, and the fault."""
        known = (*BY_NAME, BATCH, ANY)
        for key, states in self._states.items():
            name, _, of_property = key.partition(".")
            if name not in known:
                raise UsageError(f"no resource {name} to give a fault to. Known: {', '.join(sorted(known))}.")
            if any((state.fault.kind is Kind.MISSING) > bool(of_property) for state in states):
                raise UsageError(f"{key}: only a property can be missing. Name it: {key}.displayName.")
            if of_property and any(state.fault.kind not in OF_PROPERTIES for state in states):
                *most, last = OF_PROPERTIES
                raise UsageError(f"{key}: a property can be {', '.join(most)} or {last} only.")

    def strike(self, keys: Sequence[str], *, further_page: bool = False) -> Fault | None:
        """The fault that hits a request which goes by ``keys``, counted; None: the request is served.

        A request counts once against every fault of its keys until one hits.
        """
        for state in self._of(keys):
            if state.hits(further_page):
                self.hits.append((keys[0], state.fault))
                return state.fault
        return None

    def of_properties(self, resource: str) -> Iterator[str]:
        """The properties of ``resource`` that have faults."""
        for key in self._states:
            name, _, of_property = key.partition(".")
            if name == resource and of_property:
                yield of_property

    def _of(self, keys: Iterable[str]) -> Iterator[_State]:
        for key in keys:
            yield from self._states.get(key, ())


class _State:
    """One fault and how often it was asked and has hit."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._passed = 0
        self._hit = 0

    def hits(self, further_page: bool) -> bool:
        if self.fault.kind is Kind.PAGE_EXPIRED and not further_page:
            return False
        if self._passed < self.fault.after:
            self._passed += 1
            return False
        if self.fault.times is not None and self._hit >= self.fault.times:
            return False
        self._hit += 1
        return True


def _several(value: Fault | Sequence[Fault]) -> Sequence[Fault]:
    return (value,) if isinstance(value, Fault) else tuple(value)
