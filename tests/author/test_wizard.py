"""The dialogue: a person who does not know the names is led to a policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.author.answers import Answers, BadAnswer
from scanner.author.command import Given, Place, run_new
from scanner.author.draft import MAX_ID, proposed_id
from scanner.author.wizard import Wizard
from scanner.errors import UsageError
from scanner.model import Status
from scanner.policy.load import load_policies
from scanner.policy.source import read
from tests.author.given import WORDS, Scripted, statuses


def test_an_auditor_answers_and_is_helped(tmp_path: Path) -> None:
    person = Scripted(
        [
            "",  # a title is needed
            'Guests: "who" {left} are gone',
            "",  # the id that is proposed
            "hihg",
            "m",
            "usrs",
            "?",
            "users",
            "usertype",
            "userType",
            "is",
            "Guest",
            "",
            "createdDateTime",
            "is older",
            "1",
            "soon",
            "30",
            "=user.accountEnabled == fals",
            "=user.accountEnabled == false || user.department == 'x'",
            "",
            "none",
            "Who left can come back.",
            "Delete them.",
            "",
        ]
    )
    run_new(Place(tmp_path), Given(), WORDS, person)
    assert person.answers == []
    (policy,) = load_policies([tmp_path], WORDS)
    data = read(policy.path).data
    assert isinstance(data, dict)
    assert (policy.id, policy.severity, policy.title) == (
        "guests-who-left-are-gone",
        "medium",
        'Guests: "who" {left} are gone',
    )
    assert (data["where"], data["require"]) == ('user.userType == "Guest"', "none")
    assert data["assert"] == (
        'user.createdDateTime != null && user.createdDateTime < now - duration("720h") && '
        "(user.accountEnabled == false || user.department == 'x')"
    )
    heard = "\n".join(person.heard)
    for said in ("Did you mean `high`?", "`users`?", "`userType`?", "a whole number", "`fals`", "users ", "  1  is"):
        assert said in heard, said
    assert {Status.PASS, Status.FAIL, Status.UNKNOWN} <= set(statuses(tmp_path).values())


def test_an_auditor_asks_about_every_item_of_a_list() -> None:
    person = Scripted(["assignedPlans", "for none", "service", "starts with", "Ex", ""])
    made = Wizard(person, WORDS).assertion(WORDS.subjects["users"])
    assert made == '!user.assignedPlans.exists(one, one.service != null && one.service.startsWith("Ex"))'


def test_a_path_leads_into_a_record() -> None:
    person = Scripted(
        ["conditions", "is set", "conditions.users.excludUsers", "conditions.users.excludeUsers", "is empty", ""]
    )
    made = Wizard(person, WORDS).assertion(WORDS.subjects["conditionalAccessPolicies"])
    assert made == "policy.conditions != null && size(policy.conditions.users.excludeUsers) == 0"
    assert any("`excludeUsers`?" in one for one in person.heard)


def test_values_of_an_enumeration_are_offered_and_asked_for() -> None:
    person = Scripted(["state", "is one of", "enabled, disbled", "enabled, disabled", ""])
    made = Wizard(person, WORDS).where(WORDS.subjects["conditionalAccessPolicies"])
    assert made == 'policy.state in ["enabled", "disabled"]'
    assert not any("Known:" in one for one in person.heard)
    assert any("One of: enabled" in one for one in person.heard)
    assert any("Did you mean `disabled`?" in one for one in person.heard)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", "Write the name of a property, or ? for a list of them."),
        ("xyzzy", "`user` has no property `xyzzy`. Write ? for a list of them."),
        ("roles.roleName", "`roles` is a list. Write no more than that; its parts are asked for next."),
        ("mail.address", "`mail` has no parts. Write nothing after it."),
        ("?faxn", "  faxNumber"),
        ("? xyzzy", "  None has `xyzzy` in its name or description. ? lists them all."),
    ],
)
def test_a_person_who_is_lost_is_told_how_to_go_on(answer: str, said: str) -> None:
    person = Scripted([answer, "mail", "is set", ""])
    assert Wizard(person, WORDS).assertion(WORDS.subjects["users"]) == "user.mail != null"
    assert said in person.heard


def test_what_there_is_one_of_is_not_spoken_of_as_many() -> None:
    person = Scripted([""])
    assert Wizard(person, WORDS).where(WORDS.subjects["tenant"]) == ""
    assert person.heard[0] == "When does it matter?"


@pytest.mark.parametrize("resource", sorted(WORDS.subjects))
def test_a_question_leaves_room_for_the_answer_on_a_terminal(resource: str) -> None:
    person = Scripted(["", "=true", ""])
    wizard = Wizard(person, WORDS)
    wizard.where(WORDS.subjects[resource])
    wizard.assertion(WORDS.subjects[resource])
    assert max(len(line) for text in person.heard for line in text.splitlines()) <= 80


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Guests accept their invitation", "guests-accept-their-invitation"),
        ("The tenant's key", "the-tenants-key"),
        ("2 keys", "keys"),
        ("Ärger über große Öfen", "arger-uber-grosse-ofen"),
        ("a" * 60, "a" * 40),
        ("word " * 20, "word-word-word-word-word-word-word-word"),
        ("???", ""),
    ],
)
def test_an_id_is_proposed_from_the_title(title: str, id: str) -> None:
    assert proposed_id(title) == id
    assert len(id) <= MAX_ID


def test_an_id_that_is_taken_is_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("", encoding="utf-8")
    person = Scripted(["break-glass-tested", "mine", "other"])
    chosen = Given("t", "", "low", "users", "", "user.accountEnabled == true", "", "d", "")
    with pytest.raises(IndexError):  # the script ends at the next question
        run_new(Place(tmp_path), chosen, WORDS, person)
    assert person.answers == []
    assert any("A shipped policy is named" in one for one in person.heard)
    assert any("mine.yaml is there already" in one for one in person.heard)


def test_an_answer_may_be_the_beginning_of_one_word_only() -> None:
    answers = Answers(WORDS)
    assert answers.severity(" M ") == "medium"
    with pytest.raises(BadAnswer):
        Answers(WORDS).require("")
    with pytest.raises(UsageError):
        run_new(Place(Path()), Given(assertion="true"), WORDS, None)
