"""Where the commands meet their surroundings: errors become one message and an exit code, text goes to the terminal."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import click

from scanner.errors import ProblemsError, TenantlintError, UsageError

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it. click's own is 1, which here means violations."""


class Group(click.Group):
    """Lists commands in the order of use, and turns tenantlint's errors into one message and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _standard_output():
                _check_folder()
                return super().invoke(ctx)
        except ProblemsError as error:
            _stop_at_problems(error)
        except TenantlintError as error:
            _stop(str(error))
        except BrokenPipeError:
            # The reader of our output is gone (`tenantlint list | head`): nothing is left to say to it.
            sys.exit(2)
        except KeyboardInterrupt:
            _stop("stopped.", STOPPED)


def _check_folder() -> None:
    """Paths are told relative to the working folder, so there has to be one. Raises UsageError."""
    try:
        os.getcwd()
    except OSError:
        raise UsageError("The folder that you are in is gone or cannot be opened. Change to another one.") from None


@contextlib.contextmanager
def _standard_output() -> Iterator[None]:
    """Standard output, or nowhere where it is closed: `>&-`, or a service without a console."""
    if sys.stdout is not None:
        yield
        return
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


def _stop(message: str, code: int = 2) -> NoReturn:
    from scanner.report.safe import printable_lines

    click.echo(f"tenantlint: {printable_lines(message)}", err=True)
    sys.exit(code)


def _stop_at_problems(error: ProblemsError) -> NoReturn:
    """Each problem on a line that begins with its file, as editors and problem matchers expect, with the line of the
    file below it; last how many there are."""
    from scanner.excerpt import excerpt
    from scanner.report.safe import printable_lines
    from scanner.report.words import counted

    for problem in error.problems:
        click.echo(printable_lines(str(problem)), err=True)
        click.echo(excerpt(problem), nl=False, err=True)
    _stop(f"{counted(len(error.problems), 'problem')} to correct first.")


def say(text: str) -> None:
    """To standard output, whatever its encoding; names in it cannot drive a terminal."""
    from scanner.report.safe import printable_lines
    from scanner.report.write import print_text

    print_text(f"{printable_lines(text)}\n")


def is_quiet() -> bool:
    """Whether the command was asked to tell no progress (`tenantlint --quiet COMMAND`)."""
    context = click.get_current_context(silent=True)
    return context is not None and context.find_root().obj is True


def terminal_width() -> int | None:
    """Columns of the terminal; None where output goes to a file or another program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
