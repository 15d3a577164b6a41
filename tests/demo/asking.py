"""Asks an emulator without a network, as the server would."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scanner.collect.catalogue import BY_NAME
from scanner.demo.batch import answer_batch
from scanner.demo.bodies import Reply
from scanner.demo.emulator import DEFAULT_PAGE, LARGEST_PAGE, Emulator, Request
from scanner.demo.faults import Fault, Faults
from scanner.demo.folder import table_of

HOST = "http://graph.example"
TOKEN = {"authorization": "Bearer token"}

Json = dict[str, Any]


def serve(
    content: Mapping[str, object],
    faults: Mapping[str, Fault | Sequence[Fault]] | None = None,
    page_size: int = DEFAULT_PAGE,
    largest_page: int = LARGEST_PAGE,
) -> Emulator:
    """An emulator of ``content`` by resource name."""
    tables = {name: table_of(BY_NAME[name], records) for name, records in content.items()}
    return Emulator(tables, Faults(faults), page_size=page_size, largest_page=largest_page)


def reply(emulator: Emulator, target: str, method: str = "GET", headers: Mapping[str, str] = TOKEN) -> Reply:
    """The answer to a request for ``target``, a path or a whole URL."""
    url = target if target.startswith("http") else f"{HOST}{target}"
    return emulator.answer(Request(method, url, headers))


def get(emulator: Emulator, target: str) -> Json:
    """The JSON of a good answer."""
    answer = reply(emulator, target)
    assert answer.status == 200, answer.body
    content: Json = json.loads(answer.body)
    return content


def error_of(answer: Reply) -> Json:
    """``error`` of a bad answer."""
    error: Json = json.loads(answer.body)["error"]
    return error


def refused(emulator: Emulator, target: str) -> tuple[int, str]:
    """Status and code of a bad answer."""
    answer = reply(emulator, target)
    return answer.status, error_of(answer)["code"]


def walk(emulator: Emulator, target: str) -> list[Json]:
    """All records behind ``target``, next link by next link."""
    page = get(emulator, target)
    records: list[Json] = page["value"]
    while "@odata.nextLink" in page:
        page = get(emulator, page["@odata.nextLink"])
        records += page["value"]
    return records


def batched(emulator: Emulator, *urls: str, **step: object) -> dict[str, Json]:
    """The responses to GET requests in one batch, by the URL asked for."""
    steps = [{"id": str(number), "method": "GET", "url": url, **step} for number, url in enumerate(urls)]
    answer = post_batch(emulator, {"requests": steps})
    assert answer.status == 200, answer.body
    responses = json.loads(answer.body)["responses"]
    return {urls[int(response["id"])]: response for response in responses}


def post_batch(emulator: Emulator, body: object) -> Reply:
    """The answer to a batch with this body."""
    request = Request("POST", f"{HOST}/v1.0/$batch", TOKEN)
    return answer_batch(emulator, request, body if isinstance(body, bytes) else json.dumps(body).encode())
