"""The pages of a folder of policies as files: writing them, and finding those that are not current."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.docs.content import content
from scanner.docs.index import index
from scanner.docs.markdown import MARK, to_markdown
from scanner.errors import OutputError, UsageError
from scanner.policy.load import load_policies
from scanner.policy.model import Policy
from scanner.policy.vocabulary import Vocabulary
from scanner.report.words import counted
from scanner.report.write import Output, write_all
from scanner.shipped import policies_folder

INDEX = "README.md"
SUFFIX = ".md"


@dataclass(frozen=True)
class Pages:
    """What is to stand in a folder."""

    folder: Path
    texts: Mapping[Path, str]
    """By path below the folder."""


def pages_of(folder: Path, words: Vocabulary, output: Path | None = None) -> Pages:
    """The index and the pages of the policies in ``folder``, to be written beside them or to ``output``.

    Raises ``PolicyError``, and ``UsageError`` where two pages would have one name.
    """
    policies = load_policies([folder], words)
    target = folder if output is None else output
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Name the folder that the policies are in.")
    paths = {policy.id: policy.path.relative_to(folder).with_suffix(SUFFIX) for policy in policies}
    _check_names(paths)
    shipped = folder.resolve() == policies_folder().resolve()
    texts = {Path(INDEX): index(policies, lambda policy: paths[policy.id].as_posix(), shipped=shipped)}
    texts |= {paths[policy.id]: _page(policy, words, (target / paths[policy.id]).parent) for policy in policies}
    return Pages(target, texts)


def _page(policy: Policy, words: Vocabulary, place: Path) -> str:
    return to_markdown(content(policy, words.catalogue, place))


def _check_names(paths: Mapping[str, Path]) -> None:
    """Also where small and capital letters are one, as on Windows."""
    for id, path in paths.items():
        if path.as_posix().casefold() == INDEX.casefold():
            raise UsageError(f"The page of the policy {id} would be the index. Move it into a folder of its own.")


def different(pages: Pages) -> list[str]:
    """Of every file what is wrong with it: missing, not current, or about a policy that is gone."""
    found = [f"{path.as_posix()}: of no policy" for path in _stale(pages)]
    for path, text in pages.texts.items():
        file = pages.folder / path
        if not file.is_file():
            found.append(f"{file.as_posix()}: missing")
        elif file.read_text(encoding="utf-8", errors="replace") != text:
            found.append(f"{file.as_posix()}: not as the policies have it")
    return sorted(found)


def write(pages: Pages) -> str:
    """Write what is different and delete pages of policies that are gone; gives what was done, in words.

    Raises ``OutputError``, and then nothing is written, where a file is in the way that is no such page.
    """
    changed = {path: text for path, text in pages.texts.items() if _read(pages.folder / path) != text}
    for path in changed:
        if not _is_ours(pages.folder / path):
            file = pages.folder / path
            raise OutputError(f"{file} is no page of tenantlint and is not overwritten. Name another folder: --output.")
    stale = list(_stale(pages))
    try:
        for path in changed:
            (pages.folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_all([(Output("markdown", pages.folder / path), text) for path, text in changed.items()])
        for file in stale:
            file.unlink()
    except OSError as error:
        raise OutputError(f"{pages.folder} cannot be written: {error.strerror}. Name another folder.") from error
    return f"{counted(len(pages.texts), 'page')} in {pages.folder}: {len(changed)} written, {len(stale)} deleted."


def _read(file: Path) -> str | None:
    return file.read_bytes().decode("utf-8", "replace") if file.is_file() else None


def _is_ours(file: Path) -> bool:
    """Whether the file is a page that was written here, or is not there at all."""
    if not os.path.lexists(file):
        return True
    return (_read(file) or "").startswith(MARK)


def _stale(pages: Pages) -> Iterator[Path]:
    """Pages below the folder that are of no policy, ordered."""
    expected = {pages.folder / path for path in pages.texts}
    for file in sorted(pages.folder.rglob(f"*{SUFFIX}")):
        if file not in expected and file.is_file() and _is_ours(file):
            yield file
