"""``tenantlint collect`` against a real sign-in protocol: over TLS, with assertions that are verified."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.collect.entra.certificates import Pair, another, expired, registered
from tests.collect.entra.service import CLUSTER, GITHUB, OLD_SECRET, POD_SUBJECT, SECRET, SUBJECT
from tests.collect.entra.tenant import PASSWORD, World, application_of
from tests.collect.entra.ways import (
    AUDIENCE,
    WAYS,
    assert_collected,
    certificate,
    github,
    only_sentence,
    pipelines,
    token_file,
    with_password,
)

# --- ways that work --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_signing_in_collects_without_being_named(here: World, way: str) -> None:
    run = here.collect(**WAYS[way](here))
    assert_collected(here, run)
    assert ("client secret" in run.stderr) == (way == "secret")


def test_the_command_collects_in_a_process_of_its_own(here: World) -> None:
    run = here.process("--auth", "certificate", **certificate(here, registered().pem()))
    assert_collected(here, run)
    manifest = json.loads(run.files["snapshot.json"])
    assert manifest["cloud"] == "custom"


# --- ways that fail --------------------------------------------------------------------------------------------------


def unknown_connection(here: World) -> dict[str, str]:
    here.entra.application.federated.clear()
    return pipelines(here)


TENANT_2 = "3f1e0000-0000-4000-8000-000000000002"
Case = tuple[Callable[[World], dict[str, str]], str]
REFUSED: dict[str, Case] = {
    "another certificate": (
        lambda here: certificate(here, another().pem()),
        "the certificate is not registered with the application; upload it there, or use the one that is registered "
        "(AADSTS700027: ",
    ),
    "another certificate with its chain": (
        lambda here: certificate(here, another().pem(), AZURE_CLIENT_SEND_CERTIFICATE_CHAIN="true"),
        "(AADSTS700027: ",
    ),
    "an expired certificate": (
        lambda here: certificate(here, expired().pem()),
        "the certificate has expired; make a new one and upload it to the application (AADSTS700027: ",
    ),
    "a wrong tenant, with a certificate": (
        lambda here: {**certificate(here, registered().pem()), "AZURE_TENANT_ID": TENANT_2},
        "there is no such tenant in this cloud; check AZURE_TENANT_ID and --cloud (AADSTS90002: Tenant '3f1e",
    ),
    "a wrong tenant, with a federated token": (
        lambda here: {**token_file(here, CLUSTER.token(POD_SUBJECT, AUDIENCE)), "AZURE_TENANT_ID": TENANT_2},
        "(AADSTS90002: Tenant '3f1e",
    ),
    "a tenant that cannot be one": (
        lambda here: {**certificate(here, registered().pem()), "AZURE_TENANT_ID": "not/a tenant"},
        "Invalid tenant ID",
    ),
    "an unknown application": (
        lambda here: {
            **certificate(here, registered().pem()),
            "AZURE_CLIENT_ID": "7c2a0000-0000-4000-8000-0000000000ff",
        },
        "the tenant does not know this application; check AZURE_CLIENT_ID and the tenant (AADSTS700016: ",
    ),
    "a wrong secret": (
        lambda here: application_of(AZURE_CLIENT_SECRET=SECRET[:-1] + "X"),
        "the client secret is wrong; set AZURE_CLIENT_SECRET to the secret's value, which is not its id "
        "(AADSTS7000215: ",
    ),
    "an expired secret": (
        lambda here: application_of(AZURE_CLIENT_SECRET=OLD_SECRET),
        "the client secret has expired; make a new one, or better sign in with a certificate (AADSTS7000222: ",
    ),
    "a federated token that has expired": (
        lambda here: token_file(here, CLUSTER.token(POD_SUBJECT, AUDIENCE, lifetime=-3600)),
        "the federated token has expired, or is not valid yet; get a new one just before the run, and see that this "
        "machine's clock is right (AADSTS700024: ",
    ),
    "another subject": (
        lambda here: token_file(here, GITHUB.token(SUBJECT.upper(), AUDIENCE)),
        "no federated credential of the application fits the token; compare issuer, subject and audience, in which "
        "upper and lower case count (AADSTS700213: No matching federated identity record found for presented "
        "assertion subject 'REPO:CONTOSO",
    ),
    "another audience": (lambda here: token_file(here, CLUSTER.token(POD_SUBJECT, "https://vault")), "(AADSTS700212: "),
    "a token that is none": (lambda here: token_file(here, "not a token"), "AADSTS50027: JWT token is invalid"),
    "no permission to ask GitHub": (
        lambda here: github(here, "another-job-token"),
        'GitHub gave no identity token (403 {"message":"The job\'s token is not valid."}). See that the job has '
        "`permissions: id-token: write`.",
    ),
    "a service connection that is not there": (
        lambda here: pipelines(here, connection="5e0c0000-0000-4000-8000-0000000000dd"),
        'Azure DevOps gave no identity token (404 {"message":"Service connection not found."}). See that '
        "SYSTEM_ACCESSTOKEN is the job's $(System.AccessToken) and AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
    ),
    "a page where GitHub's answer should be": (
        lambda here: {
            **github(here),
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{here.environment['AZURE_AUTHORITY_HOST']}/page",
        },
        "GitHub gave no identity token (200 <html>Sign in</html>).",
    ),
    "a service connection that the application does not know": (
        unknown_connection,
        "no federated credential of the application fits the token; compare issuer, subject and audience",
    ),
    "another job's token of Azure Pipelines": (
        lambda here: pipelines(here, "another-job-token"),
        "Azure DevOps gave no identity token (401",
    ),
}


@pytest.mark.parametrize(("settings", "words"), REFUSED.values(), ids=REFUSED)
def test_what_the_service_refuses_is_one_sentence_with_its_code_and_what_to_do(
    here: World, settings: Callable[[World], dict[str, str]], words: str
) -> None:
    said = only_sentence(here, here.collect(**settings(here)))
    assert words in said
    assert here.graph.seen == []


def test_a_refused_sign_in_ends_the_process_with_2_and_no_traceback(here: World) -> None:
    said = only_sentence(here, here.process(**certificate(here, another().pem())))
    assert said.startswith("tenantlint: Sign-in failed: the certificate is not registered with the application;")


def only_certificate(pair: Pair) -> bytes:
    return pair.pem()[len(pair.key_pem()) :]


BROKEN: dict[str, Case] = {
    "no certificate": (lambda here: application_of(), "needs AZURE_CLIENT_CERTIFICATE_PATH."),
    "no file": (lambda here: application_of(AZURE_CLIENT_CERTIFICATE_PATH="nowhere.pem"), "there is no such file."),
    "wrong password of a PFX": (
        lambda here: with_password(here, registered().pfx(PASSWORD), "wrong"),
        "app.cert: the password in AZURE_CLIENT_CERTIFICATE_PASSWORD does not open it",
    ),
    "no password for a PFX": (
        lambda here: certificate(here, registered().pfx(PASSWORD)),
        "app.cert: has a password, or is damaged. Set AZURE_CLIENT_CERTIFICATE_PASSWORD",
    ),
    "wrong password of a PEM": (
        lambda here: with_password(here, registered().pem(PASSWORD), "wrong"),
        "app.cert: the password in AZURE_CLIENT_CERTIFICATE_PASSWORD does not open its private key.",
    ),
    "broken PEM": (lambda here: certificate(here, registered().pem()[:300]), "app.cert: has "),
    "certificate alone": (lambda here: certificate(here, only_certificate(registered())), "has no private key."),
}


@pytest.mark.parametrize(("settings", "words"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_does_not_serve_is_one_sentence_before_anything_is_sent(
    here: World, settings: Callable[[World], dict[str, str]], words: str
) -> None:
    said = only_sentence(here, here.collect("--auth", "certificate", **settings(here)))
    assert words in said
    assert here.entra.assertions == []


def test_a_server_that_is_not_trusted_is_said_with_what_to_set(here: World) -> None:
    run = here.collect(**{**application_of(AZURE_CLIENT_SECRET=SECRET), "REQUESTS_CA_BUNDLE": ""})
    assert "is not trusted here; behind a proxy that opens TLS, set REQUESTS_CA_BUNDLE and" in only_sentence(here, run)


def test_a_service_that_is_not_there_is_said(here: World) -> None:
    run = here.collect(**{**application_of(AZURE_CLIENT_SECRET=SECRET), "AZURE_AUTHORITY_HOST": "https://127.0.0.1:9"})
    assert "the sign-in service cannot be reached; check the network, the proxy" in only_sentence(here, run)


def test_a_graph_that_the_tenant_does_not_know_is_another_cloud(here: World) -> None:
    here.entra.scopes = frozenset({"https://graph.microsoft.com/.default"})
    run = here.collect(**certificate(here, registered().pem()))
    assert "in another cloud than the tenant; check --cloud (AADSTS500011: " in only_sentence(here, run)


# --- tokens that end --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("challenge", [False, True], ids=["refused", "challenged for claims"])
@pytest.mark.parametrize("way", ["PEM", "GitHub Actions", "Azure Pipelines", "secret"])
def test_a_token_that_ends_half_way_is_replaced_and_the_collection_completes(
    here: World, way: str, challenge: bool
) -> None:
    here.entra.uses = 3
    here.graph.challenge = challenge
    assert_collected(here, here.collect(**WAYS[way](here)))
    assert len(here.entra.tokens) > 1
    assert bool(here.entra.claims) == challenge


@pytest.mark.parametrize("way", ["GitHub Actions", "Azure Pipelines"])
def test_every_token_is_had_with_a_fresh_token_of_the_job(here: World, way: str) -> None:
    here.entra.uses = 3
    assert_collected(here, here.collect(**WAYS[way](here)))
    assert len(here.entra.assertions) > 2
    assert len(set(here.entra.assertions)) == len(here.entra.assertions)


def test_a_federated_token_in_a_file_is_read_again_when_it_was_renewed(here: World) -> None:
    here.entra.uses = 3
    settings = token_file(here, CLUSTER.token(POD_SUBJECT, AUDIENCE))
    here.entra.on_token = lambda: here.file("token", CLUSTER.token(POD_SUBJECT, AUDIENCE).encode())
    assert_collected(here, here.collect(**settings))
    assert len(here.entra.assertions) > 2
    assert len(set(here.entra.assertions)) == len(here.entra.assertions)


def test_a_token_that_lives_for_seconds_is_replaced_in_time(here: World) -> None:
    here.entra.lifetime = 20
    assert_collected(here, here.collect(**github(here)))


def test_a_certificate_that_is_withdrawn_half_way_is_said_in_the_snapshot(here: World) -> None:
    here.entra.uses = 3
    here.entra.grants = 1
    run = here.collect(**certificate(here, registered().pem()))
    assert run.code == 0
    roles = json.loads(run.files["snapshot.json"])["resources"]["roleDefinitions"]
    assert roles["outcome"] == "failed"
    assert roles["records"] == 0
    assert "the certificate is not registered with the application" in roles["reason"]
    assert "AADSTS700027" in roles["reason"]
    assert not [text for text in here.hidden() if text in run.text]
