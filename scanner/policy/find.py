"""Finding policy files and their tests in folders.

Nothing is skipped in silence but what is hidden (names that begin with a dot), what is not YAML by its name, and
profiles (``<name>.profile.yaml``), which ``profile.py`` reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scanner.errors import Problem
from scanner.shipped import policies_folder

TEST_SUFFIX = ".test.yaml"
PROFILE_SUFFIX = ".profile.yaml"
SUFFIX = ".yaml"
_OTHER_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Found:
    """Files of some folders, each once, sorted by path."""

    policies: tuple[Path, ...]
    tests: tuple[Path, ...]
    problems: tuple[Problem, ...]


def find(folders: Sequence[Path]) -> Found:
    """Policies and tests below folders; a policy file itself can be given too."""
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    for folder in folders:
        if os.path.isdir(folder):
            inside = list(_walk(folder, problems))
            if not any(_is_policy(path) for _, path in inside):
                problems.append(
                    _of_folder(folder, "The folder holds no policy.", "Policies are files named <id>.yaml.")
                )
        elif os.path.isfile(folder) and _is_policy(folder):
            inside = [(os.path.realpath(folder), folder)]
        elif os.path.isfile(folder):
            problems.append(_of_file(folder, "This is not a policy file.", f"Name a folder, or a file <id>{SUFFIX}."))
            continue
        else:
            problems.append(_of_folder(folder, "There is no such folder of policies.", "Check the path."))
            continue
        for real, path in inside:
            files.setdefault(real, path)
    paths = sorted(files.values())
    misnamed = [path for path in paths if _is_misnamed(path)]
    problems += [_of_file(path, "The file is not read.", f"Rename it to end in {SUFFIX}.") for path in misnamed]
    tests = tuple(path for path in paths if path.name.endswith(TEST_SUFFIX))
    return Found(tuple(path for path in paths if _is_policy(path)), tests, tuple(problems))


@cache
def shipped_ids() -> frozenset[str]:
    """Ids of the policies that come with tenantlint, by the names of their files."""
    return frozenset(path.name.removesuffix(SUFFIX) for path in find([policies_folder()]).policies)


def _is_policy(path: Path) -> bool:
    return path.name.endswith(SUFFIX) and not path.name.endswith((TEST_SUFFIX, PROFILE_SUFFIX))


def _is_misnamed(path: Path) -> bool:
    return path.name.lower().endswith(_OTHER_SUFFIXES) and not path.name.endswith(SUFFIX)


def _walk(top: Path, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """Real and given path of every file below ``top``. Links are followed; a folder that was visited is not again."""
    waiting, visited = [top], {os.path.realpath(top)}
    while waiting:
        folder = waiting.pop()
        real = os.path.realpath(folder)
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            text = f"The folder cannot be read: {error.strerror}."
            problems.append(_of_folder(folder, text, "Check who owns it."))
            continue
        for name in names:
            path = folder / name
            if name.startswith("."):
                continue
            if not os.path.isdir(path):
                yield os.path.join(real, name), path
            elif (target := os.path.realpath(path)) not in visited:
                visited.add(target)
                waiting.append(path)


def _of_file(path: Path, text: str, hint: str) -> Problem:
    return Problem(path, 1, 1, text, hint)


def _of_folder(path: Path, text: str, hint: str) -> Problem:
    return Problem(path, 0, 0, text, hint)
