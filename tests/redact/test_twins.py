"""The finding of the redacted snapshot that belongs to one of the tenant: the right one, or none."""

from __future__ import annotations

import pytest

from scanner.model import Finding, Record
from scanner.redact.forms import Forms
from scanner.redact.known import published
from scanner.redact.pseudonyms import Pseudonyms
from scanner.redact.twins import twins

FORMS = Forms(Pseudonyms(b"a key for tests of twins"), published())
ROLE = "6b6f1c9e-3c2b-4a57-9f0e-5d6c1a2b3c4d"


def finding(id: str, message: str = "") -> Finding:
    return Finding("x", Record("users", id, id), message, (), ())


def paired(real: list[Finding], made: list[Finding]) -> dict[str, str]:
    return {id: one.record.id for id, one in twins(real, made, FORMS).items()}


def test_findings_are_paired_by_the_pseudonyms_of_their_records() -> None:
    made = [finding(FORMS.guid(ROLE)), finding("kqbtkqbtkqbtkqbt")]
    assert paired([finding(ROLE), finding("other")], made) == {ROLE: FORMS.guid(ROLE)}


def test_one_whose_id_is_a_digest_is_paired_by_what_stands_before_it() -> None:
    real, made = f"mfa:{ROLE}:0123456789ab", f"mfa:{FORMS.guid(ROLE)}:ba9876543210"
    assert paired([finding(real)], [finding(made)]) == {real: made}
    assert paired([finding(real)], [finding(f"mfa:{ROLE}:ba9876543210")]) == {}


A, B, C = (f"mfa:{letter * 12}" for letter in "abc")
D, E, F = (f"mfa:{letter * 12}" for letter in "def")


@pytest.mark.parametrize(
    ("real", "made", "pairs"),
    [
        ([(A, "A on Windows"), (B, "B on Linux")], [(E, "k on Linux"), (D, "b on Windows")], {A: D, B: E}),
        # What is left on both sides belongs together.
        ([(A, "A on Windows"), (B, "Windows on Linux")], [(E, "k on Linux"), (D, "b on Windows")], {A: D, B: E}),
        # Two that read alike could be either.
        ([(A, "A on Windows"), (B, "B on Windows")], [(E, "k on Windows"), (D, "b on Windows")], {}),
        # Where one side has more, nothing is certain.
        ([(A, "A on Windows")], [(D, "k on Windows"), (E, "b on Linux")], {}),
        ([(A, "x"), (B, "y"), (C, "z")], [(D, "x"), (E, "y"), (F, "z")], {A: D, B: E, C: F}),
    ],
)  # fmt: skip
def test_several_of_them_are_paired_by_the_words_that_stay(
    real: list[tuple[str, str]], made: list[tuple[str, str]], pairs: dict[str, str]
) -> None:
    assert paired([finding(*one) for one in real], [finding(*one) for one in made]) == pairs
