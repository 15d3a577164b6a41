"""Regular expressions of membership rules. They are .NET's; run are those that RE2 reads the same way, in linear time.

RE2 has no backreferences or look-around, and some letters after a backslash mean other things there. Sources:
https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference
https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import re2

# Every piece has one way to be read, so that time is linear. Possessive repeats would say so, but Python 3.11.2 reads
# them wrongly.
_SAME = re.compile(
    r"""(?:
        [^\\\[\](){}?]                    # anything plain, . ^ $ | * + among it
      | \\[dDwWsSbBtrn] | \\[^\w\s]       # classes and literals that both have
      | \[(?:\^|(?!\^))(?:\]|(?!\]))(?:[^\\\[\]] | \\[dDwWsStrn] | \\[^\w\s])*\]
      | \((?!\?) | \(\?: | \)
      | \{\d+(?:,\d*)?\} | \?
    )*""",
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""What $ and \\s make of these differs."""
_UNICODE = re.compile(r"\\[dDwWsSbB]")
"""Classes that have letters of all languages in .NET, and only those of English in RE2."""


@lru_cache(maxsize=512)
def searcher(pattern: str) -> Callable[[str], bool | None]:
    """A function that says whether the pattern is found anywhere in a text, letter case aside; None: cannot be told."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    try:
        compiled = re2.compile(pattern, options) if _SAME.fullmatch(pattern) else None
    except (re2.error, UnicodeEncodeError):
        compiled = None
    if compiled is None:
        return lambda _: None
    search = compiled.search
    plain = not _UNICODE.search(pattern)

    def found(text: str) -> bool | None:
        if _CONTROL.search(text) or not (text.isascii() or plain):
            return None
        try:
            return search(text) is not None
        except UnicodeEncodeError:
            return None

    return found
