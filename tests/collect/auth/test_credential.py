from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity import CredentialUnavailableError

from scanner.collect.auth import Credential, Method, StaticTokenCredential
from scanner.errors import SignInError
from tests.collect.auth.environment import SCOPE, TENANT
from tests.collect.fake import run

ARM = "https://management.azure.com/.default"


class Source:
    """A token source that gives what it is told, and counts."""

    def __init__(self, *tokens: AccessToken | Exception) -> None:
        self.tokens = list(tokens)
        self.asked: list[dict[str, Any]] = []
        self.closed = False

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        self.asked.append({"scopes": scopes, **options})
        token = self.tokens.pop(0)
        if isinstance(token, Exception):
            raise token
        return token

    def close(self) -> None:
        self.closed = True


def token(name: str, seconds: float = 3600) -> AccessToken:
    return AccessToken(name, int(time.time() + seconds))


async def several(signed_in: Credential, *scopes: str) -> list[str]:
    return [(await signed_in.get_token(scope)).token for scope in scopes]


def test_a_fixed_token_never_ends() -> None:
    fixed = run(StaticTokenCredential("a-token").get_token(SCOPE))
    assert fixed.token == "a-token"
    assert fixed.expires_on > time.time() + 10**9


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    source = Source(token("one"), token("two"))
    assert run(several(Credential(source), SCOPE, SCOPE, SCOPE)) == ["one", "one", "one"]
    assert source.asked == [{"scopes": (SCOPE,), "enable_cae": False}]


def test_a_token_about_to_end_is_renewed() -> None:
    source = Source(token("one", 200), token("two"))
    assert run(several(Credential(source), SCOPE, SCOPE, SCOPE)) == ["one", "two", "two"]


def test_each_service_has_its_own_token() -> None:
    source = Source(token("for Graph"), token("for Resource Manager"))
    found = run(several(Credential(source), SCOPE, ARM, SCOPE))
    assert found == ["for Graph", "for Resource Manager", "for Graph"]


def test_a_challenge_asks_for_a_new_token() -> None:
    source = Source(token("one"), token("two"))

    async def work() -> list[str]:
        signed_in = Credential(source)
        first = await signed_in.get_token(SCOPE)
        second = await signed_in.get_token(SCOPE, claims='{"access_token":{}}', enable_cae=True)
        return [first.token, second.token, *await several(signed_in, SCOPE)]

    assert run(work()) == ["one", "two", "two"]
    assert source.asked[1] == {"scopes": (SCOPE,), "claims": '{"access_token":{}}', "enable_cae": True}


def test_a_refused_token_is_had_anew_from_a_new_source() -> None:
    """azure-identity keeps tokens itself, and would give the refused one again."""
    first, second = Source(token("one"), token("for Resource Manager")), Source(token("two"))

    async def work() -> list[str]:
        async with Credential(first, renew=lambda: second) as signed_in:
            await several(signed_in, SCOPE, ARM)
            signed_in.forget("one")
            signed_in.forget("one")
            signed_in.forget("of somebody else")
            return await several(signed_in, SCOPE, ARM)

    assert run(work()) == ["two", "for Resource Manager"]
    assert first.closed
    assert second.closed


def test_a_token_refused_twice_is_replaced_once() -> None:
    """Requests that were sent at the same time are refused one after the other."""
    sources = [Source(token("one")), Source(token("two")), Source(token("three"))]

    async def work() -> list[str]:
        signed_in = Credential(sources.pop(0), renew=lambda: sources.pop(0))
        await several(signed_in, SCOPE)
        found = []
        for _ in range(3):
            signed_in.forget("one")
            found += await several(signed_in, SCOPE)
        return found

    assert run(work()) == ["two", "two", "two"]


def test_requests_at_the_same_time_sign_in_once() -> None:
    source = Source(token("one"))

    async def work() -> list[AccessToken]:
        signed_in = Credential(source)
        return await asyncio.gather(*(signed_in.get_token(SCOPE) for _ in range(20)))

    assert {found.token for found in run(work())} == {"one"}
    assert len(source.asked) == 1


def test_the_tenant_is_passed_on_only_where_the_credential_does_not_know_it() -> None:
    for method, options in ((Method.DEFAULT, {"tenant_id": TENANT}), (Method.SECRET, {})):
        source = Source(token("one"))
        run(Credential(source, method=method, tenant_id=TENANT).get_token(SCOPE))
        assert source.asked == [{"scopes": (SCOPE,), "enable_cae": False, **options}]


@pytest.mark.parametrize(
    ("method", "error", "words"),
    [
        (
            "cli",
            CredentialUnavailableError("Please run 'az login' to set up an account"),
            "Sign-in with --auth cli failed: Please run 'az login' to set up an account",
        ),
        (
            "certificate",
            ClientAuthenticationError("AADSTS99999: Something\r\nnew.\r\n Trace ID: 0b2a"),
            "Sign-in failed: AADSTS99999: Something new.",
        ),
        (
            "secret",
            ServiceRequestError("Cannot connect to login.microsoftonline.com"),
            "Sign-in failed: the sign-in service cannot be reached; check the network, the proxy (HTTPS_PROXY) and "
            "--cloud (Cannot connect to login.microsoftonline.com).",
        ),
        ("secret", OSError("no such file"), "Sign-in with --auth secret failed: no such file"),
        ("secret", SignInError("As it is."), "As it is."),
    ],
)
def test_a_failed_sign_in_is_one_sentence_and_hides_the_error_it_came_from(
    method: str, error: Exception, words: str
) -> None:
    with pytest.raises(SignInError) as caught:
        run(Credential(Source(error), method=method).get_token(SCOPE))
    assert str(caught.value) == words
    assert caught.value.__cause__ is None
