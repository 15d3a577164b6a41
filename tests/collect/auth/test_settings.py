from __future__ import annotations

from collections.abc import Mapping

import pytest

from scanner.collect.auth.settings import CLIENT, TENANT, Identity, Method, Settings
from scanner.errors import SignInError

APPLICATION = {"AZURE_TENANT_ID": "a-tenant", "AZURE_CLIENT_ID": "an-app"}
FILE = {"AZURE_FEDERATED_TOKEN_FILE": "token"}
GITHUB = {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://github.example", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}
PIPELINES = {
    "SYSTEM_OIDCREQUESTURI": "https://dev.azure.example",
    "SYSTEM_ACCESSTOKEN": "t",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "c",
}
SECRET = {"AZURE_CLIENT_SECRET": "hush"}


@pytest.mark.parametrize(
    ("environment", "method"),
    [
        ({}, Method.DEFAULT),
        (APPLICATION, Method.DEFAULT),
        ({**APPLICATION, **SECRET}, Method.SECRET),
        ({**APPLICATION, **SECRET, "AZURE_CLIENT_CERTIFICATE_PATH": "app.pem"}, Method.CERTIFICATE),
        ({**APPLICATION, **SECRET, **FILE}, Method.WORKLOAD_IDENTITY),
        ({**APPLICATION, **SECRET, **GITHUB}, Method.WORKLOAD_IDENTITY),
        ({**APPLICATION, **SECRET, **PIPELINES}, Method.WORKLOAD_IDENTITY),
        # A job that may ask for a token but has named no application: the Azure CLI has signed in already.
        (GITHUB, Method.DEFAULT),
        ({**APPLICATION, "SYSTEM_OIDCREQUESTURI": "https://dev.azure.example"}, Method.DEFAULT),
        ({**APPLICATION, "AZURE_CLIENT_SECRET": "  "}, Method.DEFAULT),
    ],
)
def test_the_strongest_way_that_the_environment_is_set_up_for_is_taken(
    environment: Mapping[str, str], method: Method
) -> None:
    assert Settings(Identity(), environment).method_found() is method


@pytest.mark.parametrize(
    ("identity", "environment", "tenant"),
    [
        (Identity(tenant="given"), {"AZURE_TENANT_ID": "set", "AZURESUBSCRIPTION_TENANT_ID": "of the task"}, "given"),
        (Identity(), {"AZURE_TENANT_ID": " set ", "AZURESUBSCRIPTION_TENANT_ID": "of the task"}, "set"),
        (Identity(), {"AZURESUBSCRIPTION_TENANT_ID": "of the task"}, "of the task"),
        (Identity(), {}, ""),
    ],
)
def test_what_is_given_goes_before_the_environment_and_that_before_the_task(
    identity: Identity, environment: Mapping[str, str], tenant: str
) -> None:
    assert Settings(identity, environment)[TENANT] == tenant


def test_every_missing_setting_is_named() -> None:
    with pytest.raises(SignInError, match=r"^--auth secret needs AZURE_TENANT_ID and AZURE_CLIENT_ID\. Set it"):
        Settings(Identity(), {}).need(Method.SECRET, TENANT, CLIENT)


def test_settings_do_not_show_the_environment() -> None:
    assert "hush" not in repr(Settings(Identity(), SECRET))
