"""``POST /$batch``: up to 20 requests in one, https://learn.microsoft.com/graph/json-batching.

Answers come back in reverse order, since Graph promises none. ``dependsOn`` is refused: nothing here uses it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from scanner.demo.bodies import CONTENT_TYPE, GraphError, Json, Reply
from scanner.demo.emulator import Emulator, Request, damaged
from scanner.demo.faults import BATCH

LARGEST = 20


def answer_batch(emulator: Emulator, request: Request, body: bytes) -> Reply:
    """The answer to a batch ``request`` with ``body``; one broken answer inside breaks the whole."""
    try:
        emulator.authenticate(request)
        fault = emulator.strike(BATCH)
        steps = _steps(body)
        answers = [(step["id"], emulator.answer(_request(step, request))) for step in steps]
    except GraphError as error:
        return emulator.refusal(request, error)
    replies = [(step_id, reply) for step_id, reply in answers if reply.delivered != 0]
    content = json.dumps({"responses": [_response(*pair) for pair in reversed(replies)]}, ensure_ascii=False).encode()
    broken = any(reply.delivered is not None for _, reply in replies)
    whole = Reply(200, content, {"Content-Type": "application/json"}, delivered=len(content) // 2 if broken else None)
    return damaged(whole, fault)


def _steps(body: bytes) -> Sequence[Json]:
    try:
        content: Any = json.loads(body)
        steps = content["requests"]
        identities = [str(step["id"]).lower() for step in steps]
        wanting = [step for step in steps if not {"method", "url"} <= step.keys()]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _malformed("Invalid batch payload format.") from None
    if len(steps) > LARGEST:
        text = f"Number of batch request steps exceeds the maximum value of {LARGEST}."
        raise GraphError(400, "MaximumValueExceeded", text)
    if wanting or not steps:
        raise _malformed("Invalid batch payload format.")
    if len(set(identities)) != len(identities):
        raise _malformed("The id of each request in a batch must be unique.")
    if any(step.get("dependsOn") for step in steps):
        raise _malformed("This emulator of Microsoft Graph does not know dependsOn.")
    return list(steps)


def _malformed(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def _request(step: Json, outer: Request) -> Request:
    """A step as a request: its URL is relative to the version, with or without a leading slash."""
    inner = {str(name).lower(): str(value) for name, value in step.get("headers", {}).items()}
    version = outer.url.rpartition("/")[0]
    url = f"{version}/{str(step['url']).lstrip('/')}"
    return Request(str(step["method"]).upper(), url, {**outer.headers, **inner})


def _response(step_id: str, reply: Reply) -> Json:
    headers = {"Cache-Control": "no-cache", "Content-Type": CONTENT_TYPE, **reply.headers}
    try:
        body: object = json.loads(reply.body)
    except ValueError:
        # Half of a JSON text, on demand. Within a batch it arrives as a string.
        body = reply.body.decode(errors="replace")
    return {"id": step_id, "status": reply.status, "headers": headers, "body": body}
