"""Signing in: ``azure-identity``'s credentials by name, and what goes wrong with them in one sentence.

    settings      ways to sign in, and the names of their settings
    sources       the credential of azure-identity for a way to sign in
    certificate   a certificate's file, looked at before anything is sent
    assertion     tokens of other issuers (Kubernetes, GitHub, Azure Pipelines) to sign in with
    credential    what the Graph client asks for tokens
    sentences     a failed sign-in in one sentence: what is wrong, what to do, the service's code

Secrets come from the environment only, under the names that azure-identity gives them
(https://learn.microsoft.com/python/api/overview/azure/identity-readme#environment-variables).
The synchronous credentials are used, in a thread: they import as fast as the others, need no second HTTP library, and
call the Azure CLI in the same way on every system.
"""

from scanner.collect.auth.credential import Credential, StaticTokenCredential, TokenSource
from scanner.collect.auth.sentences import sentence
from scanner.collect.auth.settings import Console, Identity, Method
from scanner.collect.auth.sources import credential

__all__ = [
    "Console",
    "Credential",
    "Identity",
    "Method",
    "StaticTokenCredential",
    "TokenSource",
    "credential",
    "sentence",
]
