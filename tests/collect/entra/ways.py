"""Ways to sign in to the test's application, and what a run that worked, or was refused, has to look like."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.collect.entra.certificates import registered
from tests.collect.entra.service import CLUSTER, CONNECTION, JOB_TOKEN, OLD_SECRET, POD_SUBJECT, SECRET
from tests.collect.entra.tenant import PASSWORD, Run, World, application_of

AUDIENCE = "api://AzureADTokenExchange"


def certificate(here: World, content: bytes, **more: str) -> dict[str, str]:
    return application_of(AZURE_CLIENT_CERTIFICATE_PATH=here.file("app.cert", content), **more)


def with_password(here: World, content: bytes, password: str = PASSWORD) -> dict[str, str]:
    return certificate(here, content, AZURE_CLIENT_CERTIFICATE_PASSWORD=password)


def token_file(here: World, token: str) -> dict[str, str]:
    return application_of(AZURE_FEDERATED_TOKEN_FILE=here.file("token", token.encode()))


def github(here: World, job_token: str = JOB_TOKEN) -> dict[str, str]:
    url = f"{here.environment['AZURE_AUTHORITY_HOST']}/github?api-version=2.0"
    return application_of(ACTIONS_ID_TOKEN_REQUEST_URL=url, ACTIONS_ID_TOKEN_REQUEST_TOKEN=job_token)


def pipelines(here: World, job_token: str = JOB_TOKEN, connection: str = CONNECTION) -> dict[str, str]:
    settings = application_of(
        SYSTEM_OIDCREQUESTURI=f"{here.environment['AZURE_AUTHORITY_HOST']}/pipelines",
        SYSTEM_ACCESSTOKEN=job_token,
        AZURESUBSCRIPTION_SERVICE_CONNECTION_ID=connection,
    )
    return {name.replace("AZURE_", "AZURESUBSCRIPTION_"): value for name, value in settings.items()}


def assert_collected(here: World, run: Run) -> None:
    assert run.code == 0, run.stderr
    resources = json.loads(run.files["snapshot.json"])["resources"]
    assert {entry["outcome"] for entry in resources.values()} == {"collected"}
    assert resources["users"]["records"] > 20
    assert not [text for text in here.hidden() if text in run.text]


def only_sentence(here: World, run: Run) -> str:
    """What the run said, which is one sentence, shows no secret and left nothing behind."""
    assert run.code == 2
    assert run.stdout == ""
    assert run.files == {}
    lines = [line for line in run.stderr.splitlines() if not line.startswith("Warning: ")]
    assert len(lines) == 1, run.stderr
    assert "Traceback" not in run.stderr
    assert not [text for text in here.hidden() if text in run.text]
    return lines[0]


WAYS: dict[str, Callable[[World], dict[str, str]]] = {
    "PEM": lambda here: certificate(here, registered().pem()),
    "encrypted PEM": lambda here: with_password(here, registered().pem(PASSWORD)),
    "PEM without the encryption that a password is there for": lambda here: with_password(here, registered().pem()),
    "PFX": lambda here: certificate(here, registered().pfx()),
    "PFX with a password": lambda here: with_password(here, registered().pfx(PASSWORD)),
    "certificate with its chain": lambda here: certificate(
        here, registered().pem(), AZURE_CLIENT_SEND_CERTIFICATE_CHAIN="1"
    ),
    "federated token in a file": lambda here: token_file(here, CLUSTER.token(POD_SUBJECT, AUDIENCE)),
    "GitHub Actions": github,
    "Azure Pipelines": pipelines,
    "secret": lambda here: application_of(AZURE_CLIENT_SECRET=SECRET),
    "certificate and secret": lambda here: certificate(here, registered().pem(), AZURE_CLIENT_SECRET=OLD_SECRET),
}
