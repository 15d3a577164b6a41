"""The person at the terminal: questions and remarks go to standard error, so that standard output has the result."""

from __future__ import annotations

import sys

import click

from scanner.author.wizard import Dialogue
from scanner.report.safe import printable_lines


def at_terminal() -> Dialogue | None:
    """Who can be asked; None where nobody is there to answer."""
    streams = (sys.stdin, sys.stderr)
    return _Terminal() if all(stream is not None and stream.isatty() for stream in streams) else None


class _Terminal:
    def say(self, text: str) -> None:
        click.echo(printable_lines(text), err=True)

    def ask(self, question: str, default: str = "") -> str:
        try:
            answer = click.prompt(question, default=default, show_default=bool(default), err=True)
        except click.Abort:  # Ctrl-C, or the end of the input
            click.echo(err=True)
            raise KeyboardInterrupt from None
        return str(answer)
