"""Twenty requests in one: Graph's ``$batch``, with each answer judged by itself.

https://learn.microsoft.com/graph/json-batching: the batch is answered with 200 whatever became of its parts, parts
come in any order, and each is throttled by itself, with its own ``Retry-After``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import msgspec

from scanner.collect.graph import GraphClient, Request
from scanner.collect.pages import Page, parse_page
from scanner.collect.refusal import Broken, Refused, refused
from scanner.collect.retry import RETRYABLE, Retrying, retry_after

SIZE = 20
"""Graph's limit of requests in a batch."""


class _Part(msgspec.Struct):
    id: str
    method: str
    url: str
    headers: dict[str, str]


class _Parts(msgspec.Struct):
    requests: list[_Part]


class _Answer(msgspec.Struct):
    id: str
    status: int
    headers: dict[str, Any] = {}
    body: msgspec.Raw = msgspec.Raw(b"null")


class _Answers(msgspec.Struct):
    responses: list[_Answer]


_parse = msgspec.json.Decoder(_Answers).decode


async def read_all(client: GraphClient, urls: Mapping[str, str], like: Request) -> dict[str, Page | None]:
    """The first page of every request, by the key it has in ``urls``; None where Graph knows no such object.

    ``urls`` are relative to the service, all of one version; ``like`` says for which resource and with which headers.
    Parts that fail for a moment are asked for again. Raises ``Unread`` when one fails for good.
    """
    pages: dict[str, Page | None] = {}
    waiting = dict(urls)
    tries = {key: Retrying(client.clock) for key in urls}
    while waiting:
        part = dict(islice(waiting.items(), SIZE))
        longest = 0.0
        why = ""
        for key, answer in (await _send(client, part, like)).items():
            if answer.status in RETRYABLE:
                failure = refused(answer.status, bytes(answer.body))
                longest = max(longest, _wait(client, tries[key], answer, failure))
                why = str(failure)
                waiting[key] = waiting.pop(key)  # to the end: what was not asked for yet goes first
                continue
            pages[key] = _page(answer)
            del waiting[key]
        if longest:
            client.waiting(like.resource, longest, why)
            await client.clock.sleep(longest)
    return pages


async def _send(client: GraphClient, urls: Mapping[str, str], like: Request) -> dict[str, _Answer]:
    """One batch; every part has an answer."""
    keys = list(urls)
    version = urls[keys[0]].split("/")[1]
    headers = {"ConsistencyLevel": "eventual"} if like.eventual else {}
    parts = [
        _Part(str(number), "GET", urls[key].removeprefix(f"/{version}"), headers) for number, key in enumerate(keys)
    ]
    body = msgspec.json.encode(_Parts(parts))
    answers = await client.read(Request(f"/{version}/$batch", like.resource, body), _parse)
    by_number = {answer.id: answer for answer in answers.responses}
    if missing := len(keys) - len(by_number.keys() & {part.id for part in parts}):
        raise Broken(f"Graph left {missing} of {len(keys)} requests of a batch without an answer")
    return {key: by_number[str(number)] for number, key in enumerate(keys)}


def _wait(client: GraphClient, tries: Retrying, answer: _Answer, failure: Refused) -> float:
    headers = {name.lower(): str(value) for name, value in answer.headers.items()}
    asked = retry_after(headers, client.clock.now())
    return tries.wait_after(failure, throttling=answer.status in (429, 509), asked=asked)


def _page(answer: _Answer) -> Page | None:
    body = bytes(answer.body)
    if answer.status == 404:
        return None
    if answer.status >= 300:
        raise refused(answer.status, body)
    try:
        return parse_page(body)
    except msgspec.ValidationError as error:
        raise Broken(f"Graph's answer has another form than expected: {error}") from error
