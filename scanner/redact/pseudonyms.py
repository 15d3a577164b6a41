"""Pseudonyms: the same input under the same key gives the same pseudonym, and without the key none can be undone.

A pseudonym is a BLAKE2b MAC of the input in lower case, written in the form that its reader expects. Inputs that differ
in letter case only give pseudonyms that differ in letter case only, so that comparisons come out as before whether
they regard the case or not.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from hashlib import blake2b
from secrets import token_bytes

from scanner.errors import UsageError

KEY_VARIABLE = "TENANTLINT_REDACT_KEY"
RANDOM = f"{KEY_VARIABLE} is not set: the pseudonyms are under a random key and will be others the next time."
LEAST_KEY = 16
"""Characters. Names are few: a short key could be found by trying."""

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_WORD_LENGTH = 16
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjkmnpqrstv")
"""Consonants for hexadecimal digits: no pseudonym spells a word that a policy looks for. Four letters and a multiple
of them are base64, too."""

_RESERVED_IPV4 = 240 << 24
"""240.0.0.0/4 belongs to nobody: https://www.rfc-editor.org/rfc/rfc1112#section-4"""
_LOCAL_IPV6 = 0xFD << 120
"""fd00::/8 is assigned locally: https://www.rfc-editor.org/rfc/rfc4193"""
_GENERAL_PREFIX = 8
"""Ranges this large or larger say nothing of who wrote them and stay as they are."""


class Pseudonyms:
    """Makes pseudonyms under one key."""

    def __init__(self, key: bytes) -> None:
        """``key`` may have any length."""
        self._key = blake2b(key, person=b"tenantlint-key").digest()
        # Values repeat: a department, the owner of many things. Bounded, so that memory is, too.
        self.word = lru_cache(maxsize=2**16)(self._word)
        self.guid = lru_cache(maxsize=2**16)(self._guid)

    def _word(self, text: str) -> str:
        """16 letters for any text; no text for no text."""
        lower = text.lower()
        letters = self._digest("word", lower).hex()[:_WORD_LENGTH].translate(_LETTERS) if text else ""
        return letters if text == lower else self.recased(letters, text)

    def _guid(self, text: str) -> str:
        """A GUID for a GUID. Its version is 8, "vendor-specific", which no id of a tenant has.
        https://www.rfc-editor.org/rfc/rfc9562#section-5.8"""
        lower = text.lower()
        digits = self._digest("guid", lower).hex()[:32]
        variant = "89ab"[int(digits[16], 16) % 4]
        made = f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        return made if text == lower else self.recased(made, text)

    def network(self, text: str) -> str | None:
        """A range of addresses for a range of the same size, or an address for an address; None for other text.

        Pseudonyms of IPv4 lie in 240.0.0.0/4, those of IPv6 in fd00::/8.
        """
        try:
            given = ipaddress.ip_network(text, strict=False)
        except ValueError:
            return None
        if given.prefixlen <= _GENERAL_PREFIX:
            return text
        bits = given.max_prefixlen
        wanted = int.from_bytes(self._digest("network", str(given)), "big") >> (512 - bits)
        made: ipaddress.IPv4Address | ipaddress.IPv6Address
        if given.version == 4:
            made = ipaddress.IPv4Address(_RESERVED_IPV4 | wanted & (2**28 - 1) & int(given.netmask))
        else:
            made = ipaddress.IPv6Address(_LOCAL_IPV6 | wanted & (2**120 - 1) & int(given.netmask))
        return f"{made}/{given.prefixlen}" if "/" in text else str(made)

    def recased(self, letters: str, text: str) -> str:
        """``letters`` with some in upper case, depending on how ``text`` is written."""
        mask = int.from_bytes(self._digest("case", text), "big") | 1 << next(
            (place for place, letter in enumerate(letters) if letter.isalpha()), 0
        )
        return "".join(letter.upper() if mask >> place & 1 else letter for place, letter in enumerate(letters))

    def _digest(self, kind: str, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, person=kind.encode()).digest()


def pseudonyms(key: str | None) -> tuple[Pseudonyms, bool]:
    """Pseudonyms under ``key``, or under a random one that is then forgotten; and whether they can be had again.

    Raises ``UsageError`` for a key that is too short.
    """
    if key is None:
        return Pseudonyms(token_bytes(64)), False
    if len(key) < LEAST_KEY:
        raise UsageError(
            f"{KEY_VARIABLE} has {len(key)} characters; a key takes at least {LEAST_KEY}. "
            'Make one with: python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return Pseudonyms(key.encode("utf-8", "surrogateescape")), True
