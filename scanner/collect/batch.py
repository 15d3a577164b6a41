"""Twenty requests in one: Graph's ``$batch``, with each answer judged by itself.

https://learn.microsoft.com/graph/json-batching: the batch is answered with 200 whatever became of its parts, parts
come in any order, and each is throttled by itself, with its own ``Retry-After``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Any

import msgspec

from scanner.collect.graph import GraphClient, Request
from scanner.collect.pages import Page, or_error, parse_page
from scanner.collect.refusal import Passing, Refused, Unread, refused
from scanner.collect.retry import Retrying

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

    @property
    def names(self) -> dict[str, str]:
        """The headers, their names in lower case."""
        return {name.lower(): str(value) for name, value in self.headers.items()}


_UNANSWERED = _Answer("", 0)


class _Answers(msgspec.Struct):
    responses: list[_Answer]


_parse = partial(or_error, msgspec.json.Decoder(_Answers).decode)


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
        longest, why = 0.0, Unread()
        for key, answer in (await _send(client, part, like)).items():
            url = waiting.pop(key)
            try:
                pages[key] = _page(answer)
            except (Passing, Refused) as failure:
                seconds = tries[key].after(failure, answer.status, answer.names)
                waiting[key] = url  # to the end: what was not asked for yet goes first
                longest, why = max((longest, why), (seconds, failure), key=itemgetter(0))
        await client.wait(like.resource, longest, why)
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
    for answer in answers.responses:
        client.meter.answered(like.resource, answer.names)
        client.heard(answer.status, answer.names)
    return {key: by_number.get(str(number), _UNANSWERED) for number, key in enumerate(keys)}


def _page(answer: _Answer) -> Page | None:
    """The page; None where Graph knows no such object. Raises ``Unread``: ``Passing`` for what is no page."""
    if answer.status == 0:
        raise Passing("Graph left a request of a batch without an answer")
    body = bytes(answer.body)
    if answer.status >= 300:
        failure = refused(answer.status, body)
        if failure.gone:
            return None
        raise failure
    try:
        return parse_page(body)
    except msgspec.ValidationError as error:
        # What is not JSON stands in a batch as text: https://learn.microsoft.com/graph/json-batching
        raise Passing(f"Graph's answer has another form than expected: {error}") from error
