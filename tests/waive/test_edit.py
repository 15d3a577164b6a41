"""A waiver more in a file leaves every other byte of it alone, however the file is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.policy.document import Document
from scanner.policy.schema import check
from scanner.policy.source import parse
from scanner.waive.edit import Entry, added, changed, created

PATH = Path("waivers.yaml")
NEW: Entry = {
    "policy": "p-new",
    "record": "r-new",
    "name": "Zoë, of «Contoso»",
    "reason": "It is: so # really",
    "approver": "board",
    "expires": "2026-12-31",
}
ENTRY = "policy: p\n    record: r\n    reason: x\n    approver: a\n    expires: 2026-12-01\n"


def read(text: str) -> Document:
    document = parse(PATH, text)
    assert check(document, "waivers") == []
    return document


def entries(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(text).value(("waivers",))
    return found


def test_a_new_file_has_its_head_and_the_waiver() -> None:
    assert created(NEW, "# head\n") == (
        "# head\n\nwaivers:\n"
        "  - policy: p-new\n"
        "    record: r-new\n"
        "    name: Zoë, of «Contoso»\n"
        "    reason: 'It is: so # really'\n"
        "    approver: board\n"
        "    expires: 2026-12-31\n"
    )


VALUES = (
    "policy: p-new",
    "record: r-new",
    "name: Zoë, of «Contoso»",
    "reason: 'It is: so # really'",
    "approver: board",
    "expires: 2026-12-31",
)
BRACES = (
    '{policy: p-new, record: r-new, name: "Zoë, of «Contoso»", reason: "It is: so # really", approver: board, '
    'expires: "2026-12-31"}'
)
ONE = "{policy: p, record: r, reason: x, approver: a, expires: 2026-12-01}"
TALL = ONE.replace(", r", ",\n     r").replace("}", "\n    }")
TEXT = ENTRY.replace("reason: x\n    ", "") + "    reason: |+\n      one\n      # two\n\n"
OTHER = ENTRY.replace("record: r", "record: s")


def below(dash: int, step: int) -> str:
    """The new waiver as lines."""
    return " " * dash + "-" + " " * (step - 1) + ("\n" + " " * (dash + step)).join(VALUES) + "\n"


ADDED = {
    "indented": (f"waivers:\n  - {ENTRY}+", below(2, 2)),
    "not indented": (f"waivers:\n- {ENTRY.replace('    ', '  ')}+", below(0, 2)),
    "wide": (f"waivers:\n    -   {ENTRY.replace('    ', '        ')}+", below(4, 4)),
    "dash on a line of its own": (f"waivers:\n  - # why\n    {ENTRY}+", below(2, 2)),
    "comments around": (
        f"# a\nwaivers: # b\n  # c\n  - {ENTRY.rstrip()} # d\n+  # e\n# f\n",
        below(2, 2),
    ),
    "no line end": (f"waivers:\n  - {ENTRY}".rstrip() + "+", "\n" + below(2, 2).rstrip()),
    "a comment without a line end": (f"waivers:\n  - {ENTRY}".rstrip() + " # x+", "\n" + below(2, 2).rstrip()),
    "lines that end with CR LF": (
        f"waivers:\n  - {ENTRY}+# end\n".replace("\n", "\r\n"),
        below(2, 2).replace("\n", "\r\n"),
    ),
    "two, with CR LF and no empty line": (
        f"waivers:\n  - {ENTRY}  - {OTHER}+".replace("\n", "\r\n"),
        below(2, 2).replace("\n", "\r\n"),
    ),
    "empty lines between": (f"waivers:\n  - {ENTRY}\n  # two\n  - {OTHER}+", "\n" + below(2, 2)),
    "a block of text last": (f"waivers:\n  - {TEXT}".replace("|+", "|~") + "+# end\n", below(2, 2)),
    "an end of the document": (f"---\nwaivers:\n  - {ENTRY}+...\n", below(2, 2)),
    "an entry in braces": (f"waivers:\n  - {ONE}\n+", below(2, 2)),
    "an entry in braces over lines": (f"waivers:\n  - {TALL} # x\n+", below(2, 2)),
    "brackets": (f"waivers: [{ONE}+] # x\n", f", {BRACES}"),
    "brackets with a comma": (f"waivers: [{ONE} ,+ ]\n", f" {BRACES}"),
    "brackets over lines": (f"waivers: [\n  {ONE}, # x\n+  ]\n", f"  {BRACES}\n"),
    "braces": (f"{{waivers: [{ONE}+]}}\n", f", {BRACES}"),
    "nothing, in braces": ("{waivers: [+]}", BRACES),
    "nothing, with a comment": ("waivers: [+ # none\n  ]\n", BRACES),
}
"""A file with a plus where the waiver is put in (a tilde stands for a plus of the file's own), and what is put in."""

REPLACED = {
    "brackets over lines, without a comma": (
        f"waivers: [\n  {ONE} # x, y\n]\n",
        f"waivers: [\n  {ONE}, # x, y\n  {BRACES}\n]\n",
    ),
    "nothing": ("waivers: []\n", f"waivers:\n{below(2, 2)}"),
    "nothing, and comments": ("# a\nwaivers: [] # none\n# b\n", f"# a\nwaivers: # none\n{below(2, 2)}# b\n"),
    "nothing, without a line end": ("waivers: []", f"waivers:\n{below(2, 2)}"),
}
"""Files of which something has to change, before and after."""

FILES = {
    name: (text.replace("+", "").replace("~", "+"), text.replace("+", new).replace("~", "+"))
    for name, (text, new) in ADDED.items()
}
FILES |= REPLACED


@pytest.mark.parametrize("kind", FILES)
def test_it_is_put_in_as_the_file_is_written(kind: str) -> None:
    before, after = FILES[kind]
    assert added(before, NEW) == after
    assert entries(after) == [*entries(before), NEW]


HOSTILE = [
    "# no comment",
    "a: b",
    "- x",
    "]}",
    "'",
    '"',
    "yes",
    "null",
    "17",
    "\u202eevil",
    "\x1b[31m",
    "€ 中 🙂",
    "* @",
    "a\\b",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("kind", ["indented", "brackets"])
def test_any_text_comes_back_as_it_was_and_shows_what_it_is(kind: str, text: str) -> None:
    after = added(FILES[kind][0], {**NEW, "name": text})
    assert entries(after)[-1]["name"] == text
    assert all(character.isprintable() or character == "\n" for character in after)


# --- changing one that is there ---------------------------------------------------------------------------------------

LATER: Entry = {"reason": "y: z", "expires": "2027-06-30", "longLived": True, "ticket": "S-1"}
CHANGED = {
    "lines": (
        f"waivers:\n  - {ENTRY}# end\n",
        "waivers:\n  - policy: p\n    record: r\n    reason: 'y: z'\n    approver: a\n    expires: 2027-06-30\n"
        "    longLived: true\n    ticket: S-1\n# end\n",
    ),
    "comments and another order": (
        "waivers:\n  - expires: 2026-12-01 # spring\n    # who\n    approver: a\n    ticket: old # t\n"
        "    reason: > # why\n      long\n      text\n\n    # what\n    record: r\n    policy: p",
        "waivers:\n  - expires: 2027-06-30 # spring\n    longLived: true\n    # who\n    approver: a\n"
        "    ticket: S-1 # t\n    reason: 'y: z' # why\n\n    # what\n    record: r\n    policy: p",
    ),
    "braces": (
        f"waivers: [{ONE}] # x\n",
        'waivers: [{policy: p, record: r, reason: "y: z", approver: a, expires: 2027-06-30, longLived: true, '
        "ticket: S-1}] # x\n",
    ),
    "quotes, no line end": (
        "waivers:\n- policy: p\n  record: r\n  approver: a\n  reason: 'a\n    b'\n  expires: \"2026-12-01\"",
        "waivers:\n- policy: p\n  record: r\n  approver: a\n  reason: 'y: z'\n  expires: 2027-06-30\n"
        "  longLived: true\n  ticket: S-1",
    ),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_what_is_changed_is_changed_in_its_place(kind: str) -> None:
    before, after = CHANGED[kind]
    got = changed(read(before), 0, LATER)
    if kind == "braces":
        got = got.replace('"2027-06-30"', "2027-06-30")
    assert got == after
    assert entries(got) == [{**entries(before)[0], **LATER}]


# --- any file ---------------------------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("ab é'\"#:,-[]{}!&*%@`\\|>?"), min_size=1, max_size=12).map(lambda text: f"w{text}w")
COMMENTS = st.sampled_from(["", "# c", "# - policy: p", "#", "# ]}", "# 'x"])


def quoted(text: str, how: str) -> str:
    return (
        "'" + text.replace("'", "''") + "'"
        if how == "'"
        else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file of waivers as somebody could have written it."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    dash, step = draw(st.integers(0, 4)), draw(st.integers(2, 4))
    lines = [draw(COMMENTS), f"waivers: {draw(COMMENTS)}".rstrip()]
    for number in range(draw(st.integers(1, 4))):
        values = {
            "policy": f"p{number}",
            "record": quoted(draw(WORDS), draw(st.sampled_from("'\""))),
            "approver": quoted(draw(WORDS), draw(st.sampled_from("'\""))),
            "expires": "2026-12-01",
        }
        prose = draw(st.sampled_from(["x", "|", ">-", "|+"]))
        deeper = " " * (dash + step + 2)
        values["reason"] = prose if prose == "x" else f"{prose}\n{deeper}one\n\n{deeper}# two"
        keys = draw(st.permutations(list(values)))
        if draw(st.booleans()) and prose == "x":
            lines.append(" " * dash + "- {" + ", ".join(f"{key}: {values[key]}" for key in keys) + "}")
            continue
        for place, key in enumerate(keys):
            margin = " " * (dash + step) if place else " " * dash + "-" + " " * (step - 1)
            comment = draw(COMMENTS) if "\n" not in values[key] else ""
            lines.append(f"{margin}{key}: {values[key]} {comment}".rstrip())
        lines += [" " * draw(st.integers(0, 3)) + draw(COMMENTS)] * draw(st.booleans())
    text = "\n".join(lines) + draw(st.sampled_from(["\n", "\n\n", "\n# end\n"]))
    return text.replace("\n", end)


@settings(max_examples=150, deadline=None)
@given(files(), st.dictionaries(st.sampled_from(["name", "ticket"]), WORDS, max_size=2))
def test_every_other_entry_and_every_comment_stays(text: str, more: dict[str, str]) -> None:
    before = entries(text)
    new: Entry = {**NEW, **more}
    after = added(text, new)
    assert entries(after) == [*before, new]
    place = next(place for place in range(len(text) + 1) if text[:place] != after[:place] or place == len(text))
    assert any(after.endswith(text[cut:]) and after.startswith(text[:cut]) for cut in range(place, -1, -1))
    assert ("\r\n" in text) is ("\r\n" in after)


@settings(max_examples=150, deadline=None)
@given(files(), st.data())
def test_changing_one_leaves_the_others_and_every_comment(text: str, data: st.DataObject) -> None:
    before = entries(text)
    number = data.draw(st.integers(0, len(before) - 1))
    after = changed(read(text), number, LATER)
    assert entries(after) == [{**one, **LATER} if place == number else one for place, one in enumerate(before)]
    comments = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    kept = [line.strip() for line in after.splitlines() if line.strip().startswith("#")]
    # Lines of a text that is replaced may look like comments.
    assert [line for line in comments if line != "# two"] == [line for line in kept if line != "# two"]
