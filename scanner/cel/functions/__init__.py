"""The functions and operators of CEL on Python values.

Each takes its arguments (a method's target first) and gives the result, or raises ``Fault``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.cel.functions.arithmetic import ARITHMETIC
from scanner.cel.functions.collections import COLLECTIONS
from scanner.cel.functions.comparisons import COMPARISONS
from scanner.cel.functions.conversions import CONVERSIONS
from scanner.cel.functions.strings import STRINGS
from scanner.cel.functions.times import TIMES
from scanner.cel.values import Value

FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    **ARITHMETIC,
    **COMPARISONS,
    **COLLECTIONS,
    **CONVERSIONS,
    **STRINGS,
    **TIMES,
}
"""By the name that the tree has. ``&& || ! ?:``, field selection and macros are the compiler's."""
