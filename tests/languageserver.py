"""A small client of yaml-language-server, which is what editors run for YAML, VS Code with Red Hat's extension too.

https://github.com/redhat-developer/yaml-language-server speaks the Language Server Protocol over standard input and
output. https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Any

TIMEOUT = 30
"""Seconds that an answer may take."""
CURSOR = "§"
"""Stands in a text where the cursor is."""


class Editor:
    """A running server, asked as an editor would."""

    def __init__(self, command: list[str], root: Path, schemas: Mapping[str, Any] | None = None) -> None:
        self._schemas = dict(schemas or {})
        self._answers: Queue[dict[str, Any]] = Queue()
        self._problems: Queue[dict[str, Any]] = Queue()
        self._number = 0
        self._root = root
        self._server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Editor:
        folder = {"uri": self._root.as_uri(), "name": "root"}
        can = {"workspace": {"configuration": True, "workspaceFolders": True}}
        self._ask(
            "initialize",
            {"processId": None, "capabilities": can, "rootUri": folder["uri"], "workspaceFolders": [folder]},
        )
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": {}}})
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._server.kill()
        self._server.communicate()

    def completions(self, path: Path, text: str) -> dict[str, str]:
        """What is offered at the cursor, each with its description."""
        found = self._at_cursor("completion", path, text)
        return {item["label"]: _markup(item.get("documentation", "")) for item in found["items"]}

    def hover(self, path: Path, text: str) -> str:
        """What is shown of the word at the cursor."""
        found = self._at_cursor("hover", path, text)
        return _markup(found["contents"]) if found else ""

    def problems(self, path: Path, text: str) -> list[tuple[int, str]]:
        """Line, from 1, and message of each mark."""
        while not self._problems.empty():
            self._problems.get()
        uri = self._open(path, text)
        while True:
            told = self._problems.get(timeout=TIMEOUT)
            if told["uri"] == uri:
                return [(one["range"]["start"]["line"] + 1, one["message"]) for one in told["diagnostics"]]

    def _at_cursor(self, what: str, path: Path, text: str) -> Any:
        before = text.partition(CURSOR)[0].split("\n")
        uri = self._open(path, text.replace(CURSOR, ""))
        position = {"line": len(before) - 1, "character": len(before[-1])}
        return self._ask(f"textDocument/{what}", {"textDocument": {"uri": uri}, "position": position})

    def _open(self, path: Path, text: str) -> str:
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return uri

    def _ask(self, method: str, params: Mapping[str, Any]) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            answer = self._answers.get(timeout=TIMEOUT)
            if answer["id"] == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _send(self, message: Mapping[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._server.stdin.flush()

    def _listen(self) -> None:
        stream = self._server.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self._receive(json.loads(stream.read(length)))

    def _receive(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self._problems.put(message["params"])
        elif method is None:
            self._answers.put(message)
        elif "id" in message:
            asked = message["params"].get("items", []) if method == "workspace/configuration" else []
            self._send({"id": message["id"], "result": [self._settings(item.get("section")) for item in asked] or None})

    def _settings(self, section: str | None) -> dict[str, Any]:
        if section != "yaml":
            return {}
        every = {"validate": True, "hover": True, "completion": True}
        return {**every, "schemaStore": {"enable": False}, "schemas": self._schemas}


def _markup(content: Any) -> str:
    return str(content["value"] if isinstance(content, dict) else content)
