"""Where in the source each node of a tree begins and ends: the tree itself has one point of each only."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from scanner.cel.tokens import CLOSING, Token, tokenize
from scanner.cel.tree import Call, ListExpr, MapExpr, Node, Tree


@dataclass(frozen=True)
class Extents:
    """The source text of the nodes of one tree."""

    tree: Tree
    source: str
    _known: dict[int, tuple[int, int]] = field(default_factory=dict)

    def text(self, node: Node) -> str:
        """The source of ``node``, without parentheses around it. A part of a macro's expansion gives the macro."""
        first, last = self._span(node)
        return self.source[self._tokens[first].start : self._tokens[last].end]

    @cached_property
    def _tokens(self) -> tuple[Token, ...]:
        return tokenize(self.source)

    @cached_property
    def _at(self) -> dict[int, int]:
        return {token.start: index for index, token in enumerate(self._tokens)}

    @cached_property
    def _pairs(self) -> dict[int, int]:
        """Index of each bracket → index of its partner."""
        pairs: dict[int, int] = {}
        opened: list[int] = []
        for index, token in enumerate(self._tokens):
            if token.kind == "sign" and token.text in CLOSING:
                opened.append(index)
            elif token.kind == "sign" and token.text in CLOSING.values():
                start = opened.pop()
                pairs[start], pairs[index] = index, start
        return pairs

    def _span(self, node: Node) -> tuple[int, int]:
        """First and last token, both included."""
        if node.id not in self._known:
            self._known[node.id] = self._find(node)
        return self._known[node.id]

    def _find(self, node: Node) -> tuple[int, int]:
        at = self._at.get(self.tree.positions.get(node.id, -1))
        if at is None:
            return 0, len(self._tokens) - 1
        match self._sign(at):
            case "(":  # a call, or what a macro expanded to
                return self._chain_start(self._pairs[at]), self._pairs[at]
            case "[" | "{" if isinstance(node, ListExpr | MapExpr):
                return at, self._pairs[at]
            case "[":
                return self._chain_start(self._pairs[at]), self._pairs[at]
            case ".":
                last = at + 2 if self._sign(at + 1) == "?" else at + 1
                return self._chain_start(last), last
        if isinstance(node, Call):
            return self._operator(node, at)
        return at, at + 1 if self._sign(at) == "-" else at  # a name or a literal; a negative one has two tokens

    def _operator(self, call: Call, at: int) -> tuple[int, int]:
        """From the first operand to the last one, with the parentheses around these."""
        first, last = at, at
        if len(call.args) > 1:
            first, last = self._span(call.args[0])
            first -= at - 1 - last  # the operand ends before the operator: what stands between closes parentheses
        start, last = self._span(call.args[-1])
        while start - 1 > at and self._sign(start - 1) == "(" and self._pairs[start - 1] == last + 1:
            start, last = start - 1, last + 1
        return first, last

    def _chain_start(self, last: int) -> int:
        """The first token of the name, call, index or selection that ends at token ``last``."""
        first = self._link_start(last)
        while self._sign(first - 1) == "." or (self._sign(first - 1) == "?" and self._sign(first - 2) == "."):
            dot = first - 1 if self._sign(first - 1) == "." else first - 2
            if not self._ends_value(dot - 1):
                return dot
            first = self._link_start(dot - 1)
        return first

    def _link_start(self, last: int) -> int:
        """As ``_chain_start``, back to the nearest dot."""
        first = last
        while first in self._pairs and self._pairs[first] < first:
            first = self._pairs[first]
            if not self._ends_value(first - 1):
                return first
            first -= 1
        return first

    def _ends_value(self, index: int) -> bool:
        """Whether a value can end with this token, so that a bracket or a dot behind it belongs to that value."""
        if index < 0 or self._tokens[index].text == "in":
            return False
        return self._tokens[index].kind != "sign" or self._sign(index) in CLOSING.values()

    def _sign(self, index: int) -> str:
        """The operator or bracket at ``index``; "" for another token, and outside the source."""
        if not 0 <= index < len(self._tokens) or self._tokens[index].kind != "sign":
            return ""
        return self._tokens[index].text
