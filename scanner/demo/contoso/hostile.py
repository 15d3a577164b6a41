"""Display names that an attacker, or an accident, can put into a tenant: every report must survive them."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "markup": "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
    "quotes": "\"double\" 'single' `back` & <b>bold</b> \\ backslash",
    "newlines": "Line one\nLine two\r\nLine three\ttab",
    "control": "Bell\x07 NUL\x00 vertical\x0b unit\x1f delete\x7f C1\x9b",
    "ansi": "\x1b[31mRed\x1b[0m \x1b]8;;https://contoso.example\x07link\x1b]8;;\x07 \x1b[2J",
    "right-to-left": "\u202egpj.eciovni\u202c \u2066isolate\u2069 \u200b\ufeff",
    "formula": '=HYPERLINK("https://contoso.example","Payroll")',
    "formula-plus": "+1+cmd|' /C calc'!A0",
    # 256 is Graph's limit: https://learn.microsoft.com/graph/api/resources/user
    "long": "Long name " + "x" * 246,
    "braces": "{user.id} ${user.id} {{ 7 * 7 }} {% raw %} %s %(name)s <%= 1 %>",
    "cdata": "]]> --> <!-- <![CDATA[ </testsuite> &#0; \ufffe",
    "markdown": "[click](javascript:alert(1)) | **bold** | `code` | <!-- hidden --> | # title",
    "commands": "::error::forged\u2028##vso[task.complete result=Succeeded;]forged",
}
"""By what they attack: HTML, quoting, lines, control characters, terminals, text direction, spreadsheets, width,
templates, XML, Markdown, and the log commands of GitHub Actions and Azure Pipelines."""
