"""Texts of known forms: what of addresses, domains, links and composed ids can still be told, that the rest goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.redact.forms import Forms
from scanner.redact.known import Known, published
from scanner.redact.pseudonyms import Pseudonyms

MADE = Pseudonyms(b"a key for tests of forms")
FORMS = Forms(MADE, Known(published().ids, frozenset({"Mail.Read"}), frozenset({"contoso.example"})))

ID = "5d924175-df20-5d12-8edb-f47417b84bc8"
ROLE = "62e90394-69f5-4237-9190-012177145e10"
W, G = MADE.word, MADE.guid
CONTOSO = f"{W('contoso.example')}.example"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("", ""),
        ("Anna Berg", W("Anna Berg")),
        ("Mail.Read", "Mail.Read"),
        (ID, G(ID)),
        (ID.upper(), G(ID.upper())),
        (ROLE, ROLE),
        (ROLE.upper(), ROLE.upper()),
        ("00000003-0000-0ff1-ce00-000000000000", "00000003-0000-0ff1-ce00-000000000000"),
        ("00000000-0000-0000-0000-000000000002", "00000000-0000-0000-0000-000000000002"),
        ("anna@contoso.example", f"{W('anna')}@{CONTOSO}"),
        ("SMTP:anna@contoso.example", f"SMTP:{W('anna')}@{CONTOSO}"),
        ("smtp:anna@contoso.onmicrosoft.com", f"smtp:{W('anna')}@{W('contoso')}.onmicrosoft.com"),
        ("anna_fabrikam.example#EXT#@contoso.onmicrosoft.com",
         f"{W('anna_fabrikam.example')}#EXT#@{W('contoso')}.onmicrosoft.com"),
        ("contoso.example", CONTOSO),
        ("Contoso.onmicrosoft.com", f"{W('Contoso')}.onmicrosoft.com"),
        ("contoso.mail.onmicrosoft.com", f"{W('contoso')}.mail.onmicrosoft.com"),
        ("fabrikam.example", W("fabrikam.example")),  # no domain of the tenant: it may be a name with a dot
        (f"DirectoryRole_{ID}_{ROLE}", f"DirectoryRole_{G(ID)}_{ROLE}"),
        (f"/subscriptions/{ID}/resourcegroups/x/providers/microsoft.insights/actiongroups/y",
         f"/subscriptions/{G(ID)}/resourcegroups/{W('x')}/providers/microsoft.insights/actiongroups/{W('y')}"),
        (f"a_b:{ID}", f"{W('a_b')}:{G(ID)}"),
        (f"a_b {ID}", W(f"a_b {ID}")),
        (f"/administrativeUnits/{ID}", f"/administrativeUnits/{G(ID)}"),
        ("/", "/"),
        (f"/subscriptions/{ID}/resourceGroups/secops/providers/Microsoft.Insights/actionGroups/page-anna",
         f"/subscriptions/{G(ID)}/resourceGroups/{W('secops')}/providers/Microsoft.Insights/actionGroups/"
         f"{W('page-anna')}"),
        ("lAPpYvVpN0KRkAEhdxReEHVBkl0g3xJdjtv0dBe4S8g-1", W("lAPpYvVpN0KRkAEhdxReEHVBkl0g3xJdjtv0dBe4S8g-1")),
        ("https://app.contoso.example/signin", f"https://{W('app.contoso.example')}.{CONTOSO}/{W('signin')}"),
        ("http://localhost:8080/", "http://localhost:8080/"),
        ("https://*.contoso.example/*", f"https://*.{CONTOSO}/*"),
        ("https://contoso-hr.azurewebsites.net", f"https://{W('contoso-hr')}.azurewebsites.net"),
        (f"https://login.microsoftonline.com/{ID}/v2.0", f"https://login.microsoftonline.com/{G(ID)}/{W('v2.0')}"),
        (f"api://{ID}", f"api://{G(ID)}"),
        (f"api://{ID}/access", f"api://{G(ID)}/{W('access')}"),
        ("contosohr://auth?user=anna#x", f"{W('contosohr')}://{W('auth')}?{W('user=anna')}#{W('x')}"),
        ("https://anna:secret@contoso.example:8443/a", f"https://{CONTOSO}:8443/{W('a')}"),
        ("https://203.0.113.7/", f"https://{MADE.network('203.0.113.7')}/"),
        ("urn:ietf:wg:oauth:2.0:oob", "urn:ietf:wg:oauth:2.0:oob"),
        ("urn:contoso:hr", W("urn:contoso:hr")),
        ("https://[broken", W("https://[broken")),
        ("see https://contoso.example", W("see https://contoso.example")),
    ],
)  # fmt: skip
def test_texts_keep_their_form(given: str, made: str) -> None:
    assert FORMS.text(given) == made


@pytest.mark.parametrize("word", ["All", "None", "Office365", "AllTrusted", "all_users", "authorizationPolicy"])
def test_words_stay_only_where_ids_are_expected(word: str) -> None:
    assert FORMS.identifier(word) == word
    assert FORMS.text(word) == W(word)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("Enabled", "Enabled"),
        ("/", "/"),
        (f"microsoft.directory/{ID}", f"{W('microsoft.directory')}/{G(ID)}"),
        ("anna@contoso.example", f"{W('anna')}@{CONTOSO}"),
        ("http://contoso.example", f"http://{CONTOSO}"),
    ],
)
def test_a_fixed_word_with_an_id_or_an_address_in_it_is_none(given: str, made: str) -> None:
    assert FORMS.fixed(given) == made


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("ManagePermissionGrantsForSelf.microsoft-user-default-low",
         "ManagePermissionGrantsForSelf.microsoft-user-default-low"),
        ("managePermissionGrantsForSelf.contoso-apps", f"managePermissionGrantsForSelf.{W('contoso-apps')}"),
        ("contoso-apps", W("contoso-apps")),
    ],
)  # fmt: skip
def test_consent_policies_of_microsoft_stay(given: str, made: str) -> None:
    assert FORMS.grant_policy(given) == made


def test_permissions_stay_and_scopes_of_others_do_not() -> None:
    assert FORMS.scopes(" Mail.Read Orders.Read  Mail.Read") == f" Mail.Read {W('Orders.Read')}  Mail.Read"


labels = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)


@given(st.lists(labels, min_size=2, max_size=5).map(".".join), labels)
def test_a_domain_within_another_stays_within_it(domain: str, label: str) -> None:
    assert FORMS.domain(f"{label}.{domain}").endswith(f".{FORMS.domain(domain)}")


@given(labels, st.lists(labels, min_size=2, max_size=3).map(".".join))
def test_an_address_stays_in_its_domain(local: str, domain: str) -> None:
    assert FORMS.text(f"{local}@{domain}").endswith(f"@{FORMS.domain(domain)}")


@given(st.text())
def test_every_text_is_taken(text: str) -> None:
    for redact in (FORMS.text, FORMS.identifier, FORMS.fixed, FORMS.domain, FORMS.network, FORMS.scopes):
        assert redact(text) == redact(text)
