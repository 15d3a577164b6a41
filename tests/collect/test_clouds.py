from __future__ import annotations

from importlib import import_module
from urllib.parse import urlsplit

import pytest

from scanner.cli.reading import CLOUDS as OFFERED
from scanner.collect.clouds import CHINA, CLOUDS, CUSTOM, GLOBAL, US_DOD, US_GOVERNMENT, Cloud, choose, scope
from scanner.errors import UsageError

HOST = "AZURE_AUTHORITY_HOST"


def test_the_command_offers_every_cloud() -> None:
    assert (*CLOUDS, CUSTOM) == OFFERED


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=list(CLOUDS))
def test_every_address_is_https_and_ends_without_a_slash(cloud: Cloud) -> None:
    for address in (cloud.authority, cloud.graph, cloud.arm, cloud.portal):
        parts = urlsplit(address)
        assert (parts.scheme, parts.path, parts.query) == ("https", "", "")


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=list(CLOUDS))
def test_the_sign_in_library_agrees_on_where_to_sign_in(cloud: Cloud) -> None:
    known = import_module("msal.authority").WELL_KNOWN_AUTHORITY_HOSTS
    assert {urlsplit(cloud.authority).hostname, *cloud.aliases} <= known


@pytest.mark.parametrize(
    ("endpoint", "wanted"),
    [
        (GLOBAL.graph, "https://graph.microsoft.com/.default"),
        (US_DOD.graph, "https://dod-graph.microsoft.us/.default"),
        (GLOBAL.arm, "https://management.azure.com/.default"),
        ("https://127.0.0.1:8443", "https://127.0.0.1/.default"),
        ("https://[::1]:8443", "https://[::1]/.default"),
    ],
)
def test_a_scope_is_the_host_without_its_port(endpoint: str, wanted: str) -> None:
    assert scope(endpoint) == wanted


@pytest.mark.parametrize(
    ("name", "host", "cloud"),
    [
        ("global", "", GLOBAL),
        ("global", "https://login.microsoftonline.com/", GLOBAL),
        ("global", "login.microsoft.com", GLOBAL),
        ("us-government", "", US_GOVERNMENT),
        ("us-dod", "https://LOGIN.microsoftonline.us", US_DOD),
        ("china", "https://login.chinacloudapi.cn/", CHINA),
    ],
)
def test_a_cloud_is_chosen_by_its_name(name: str, host: str, cloud: Cloud) -> None:
    assert choose(name, {HOST: host} if host else {}) is cloud


@pytest.mark.parametrize(
    ("name", "host", "words"),
    [
        ("global", "https://login.microsoftonline.us", "Use --cloud us-government or --cloud us-dod, or unset"),
        ("china", "login.microsoftonline.com", "Use --cloud global, or unset the variable."),
        ("global", "https://login.contoso.example", "Use --cloud custom, or unset the variable."),
        ("global", "https://login.microsoftonline.com.evil.example", "Use --cloud custom, or unset the variable."),
    ],
)
def test_credentials_are_not_sent_to_a_cloud_that_was_perhaps_not_meant(name: str, host: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose(name, {HOST: host})
    assert f"{HOST} is {host}, which is not where --cloud {name} signs in." in str(caught.value)
    assert words in str(caught.value)


def test_a_custom_cloud_is_described_by_the_environment() -> None:
    environment = {HOST: "login.sovereign.example", "TENANTLINT_GRAPH_ENDPOINT": "https://graph.sovereign.example/"}
    cloud = choose(CUSTOM, environment)
    assert cloud == Cloud(
        CUSTOM, "https://login.sovereign.example", "https://graph.sovereign.example", arm="", portal=""
    )
    assert cloud.is_custom
    more = {**environment, "TENANTLINT_ARM_ENDPOINT": "https://management.sovereign.example/"}
    assert choose(CUSTOM, more).arm == "https://management.sovereign.example"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "--cloud custom needs AZURE_AUTHORITY_HOST and TENANTLINT_GRAPH_ENDPOINT."),
        ({HOST: "https://login.example"}, "--cloud custom needs TENANTLINT_GRAPH_ENDPOINT."),
        (
            {HOST: "http://login.example", "TENANTLINT_GRAPH_ENDPOINT": "https://graph.example"},
            "AZURE_AUTHORITY_HOST is http://login.example, which is no https address.",
        ),
        (
            {HOST: "https://login.example", "TENANTLINT_GRAPH_ENDPOINT": "graph.example"},
            "TENANTLINT_GRAPH_ENDPOINT is graph.example, which is no https address.",
        ),
    ],
)
def test_a_custom_cloud_that_is_not_described_whole_is_refused(environment: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose(CUSTOM, environment)
    assert words in str(caught.value)
