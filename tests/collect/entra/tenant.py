"""A sign-in service and a Graph that takes its tokens only, both over TLS, and the command line against them."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from scanner.cli import main
from scanner.collect.catalogue import BY_NAME
from scanner.collect.clouds import ARM_ENDPOINT, AUTHORITY_HOST, GRAPH_ENDPOINT
from scanner.demo import bodies, make
from scanner.demo.bodies import GraphError
from scanner.demo.emulator import Emulator, Request
from scanner.demo.folder import read_folder
from scanner.demo.serve import application
from tests.collect.entra.certificates import another, expired, registered
from tests.collect.entra.service import CLIENT, JOB_TOKEN, OLD_SECRET, SECRET, TENANT, Entra
from tests.collect.entra.serving import serving_tls

ROOT = Path(__file__).parents[3]
PASSWORD = "pfx-Passw0rd-that-nobody-may-see"
POLICIES = {"members-sign-in": "users", "skus-are-known": "subscribedSkus", "roles-are-known": "roleDefinitions"}
"""Id of a policy → what it reads; the last one in many pages."""


def _policy(name: str, resource: str) -> str:
    return (
        f"id: {name}\ntitle: A rule for the tests of signing in\nseverity: low\ndescription: None.\n"
        f"remediation: None.\nreferences: [https://learn.microsoft.com/entra/]\nresource: {resource}\n"
        f"assert: {BY_NAME[resource].singular}.id != ''\nmessage: It has none.\n"
    )


class Guarded(Emulator):
    """Takes tokens of one sign-in service only, as long as they are good."""

    entra: Entra
    challenge = False
    """Answers a token that has run out with a claims challenge, as continuous access evaluation does."""

    def authenticate(self, request: Request) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.entra.accepts(token):
            return
        if self.challenge:
            raise _challenged()
        raise bodies.unauthenticated("Lifetime validation failed, the token is expired.")


def _challenged() -> GraphError:
    """https://learn.microsoft.com/entra/identity-platform/claims-challenge"""
    claims = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1772352000"}}}').decode()
    return GraphError(
        401, "InvalidAuthenticationToken",
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
        "TokenIssuedBeforeRevocationTimestamp",
        headers={"WWW-Authenticate": f'Bearer realm="", error="insufficient_claims", claims="{claims}"'},
    )  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one run of the command left behind."""

    code: int
    stdout: str
    stderr: str
    files: Mapping[str, bytes]
    """Everything in the output folder."""

    @property
    def text(self) -> str:
        return self.stdout + self.stderr + "".join(data.decode(errors="replace") for data in self.files.values())


@dataclass
class World:
    """The services, and a folder to work in."""

    folder: Path
    entra: Entra
    graph: Guarded
    environment: Mapping[str, str]
    """To find and trust the services; nothing to sign in with."""
    given: set[str] = field(default_factory=set)
    """Names of the files that the test put into the folder."""

    def collect(self, *arguments: str, **settings: str) -> Run:
        """``tenantlint collect`` with ``settings`` in its environment and nothing else to sign in with."""
        environment = {**dict.fromkeys(_of_sign_in()), **self.environment, **settings}
        done = CliRunner().invoke(main, [*self._command(), *arguments], env=environment)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Run(done.exit_code, done.stdout, done.stderr, self._files())

    def process(self, *arguments: str, **settings: str) -> Run:
        """The same in a process of its own."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=False, cwd=self.folder,
            stdin=subprocess.DEVNULL, timeout=120, env=self.full_environment(**settings),
        )  # fmt: skip
        return Run(done.returncode, done.stdout, done.stderr, self._files())

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", "from scanner.cli import main; main()", *self._command(), *arguments]

    def full_environment(self, **settings: str) -> dict[str, str]:
        """For a process: this one's, with ``settings`` and nothing else to sign in with."""
        kept = {name: value for name, value in os.environ.items() if name not in _of_sign_in()}
        return {**kept, "PYTHONPATH": str(ROOT), **self.environment, **settings}

    def _command(self) -> list[str]:
        policies, output = str(self.folder / "policies"), str(self.folder / "snapshot")
        return ["collect", "--cloud", "custom", "--policies", policies, "--output", output]

    def _files(self) -> dict[str, bytes]:
        """Everything in the working folder but what the test put there."""
        paths = [path for path in self.folder.rglob("*") if path.is_file() and path.name not in self.given]
        return {path.name: path.read_bytes() for path in paths}

    def file(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.write_bytes(content)
        self.given.add(name)
        return str(path)

    def hidden(self) -> list[str]:
        """Texts that no run may show: secrets, keys, tokens and the assertions they were had with."""
        keys = [pair().key_pem().decode().splitlines()[2] for pair in (registered, another, expired)]
        tokens = [part for token in (*self.entra.tokens, *self.entra.assertions) for part in (token, token[-40:])]
        return [SECRET, OLD_SECRET, PASSWORD, JOB_TOKEN, *keys, *tokens]


def _of_sign_in() -> list[str]:
    return [name for name in os.environ if name.startswith(("AZURE", "ACTIONS_ID", "GITHUB_ACTIONS", "SYSTEM_"))]


def application_of(**more: str) -> dict[str, str]:
    """Settings that name the test application, and ``more``."""
    return {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, **more}


@contextmanager
def world(folder: Path, tls: tuple[Path, Path], entra: Entra) -> Iterator[World]:
    """Run the services for the length of the block; ``tls`` are the authority to trust and the server's certificate."""
    (folder / "policies").mkdir()
    for name, resource in POLICIES.items():
        (folder / "policies" / f"{name}.yaml").write_text(_policy(name, resource), encoding="utf-8")
    graph = Guarded(read_folder(make.FOLDER), page_size=2)
    graph.entra = entra
    trusted, served = tls
    with serving_tls(entra.app, served) as authority, serving_tls(application(graph), served) as endpoint:
        environment = {
            AUTHORITY_HOST: authority,
            GRAPH_ENDPOINT: endpoint,
            ARM_ENDPOINT: "",
            # azure-identity uses requests, the Graph client uses httpx.
            "REQUESTS_CA_BUNDLE": str(trusted),
            "SSL_CERT_FILE": str(trusted),
            "NO_PROXY": "127.0.0.1",
        }
        yield World(folder, entra, graph, environment, {f"{name}.yaml" for name in POLICIES})
