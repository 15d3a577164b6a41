"""The index of a folder of policies, ``README.md``: which there are and, of the shipped, what each is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

from scanner.docs.blocks import Code
from scanner.docs.markdown import MARK, inline, row
from scanner.frameworks import PRINCIPLES, ZERO_TRUST
from scanner.policy.model import Policy
from scanner.policy.recommendations import FRAMEWORK, RECOMMENDATIONS, Recommendation
from scanner.report.markdown import escape_markdown
from scanner.report.words import counted

Locate = Callable[[Policy], str]
"""The path of a policy's page relative to the index."""

_HEAD = """\
# The policies

{count} with a page for each: what it asks for, why, how it is checked, and what to do. `tenantlint show` prints the
same in a terminal.

"""
_SHIPPED = """\
# The policies

These {count} come with tenantlint. Each has a page: what it asks for, why, how it is checked, what to do, and how to
tailor it; `tenantlint show break-glass-cloud-only` prints the same in a terminal. Beside each stands its test,
`<id>.test.yaml`. `tenantlint list` prints them all, those of your own included.

## What they are for

tenantlint was made for ten recommendations, S1 to S10, the second of which has ten parts. A policy names those that it
serves below `controls`, where it also names the requirements of other frameworks (CISA SCuBA, CIS, EIDSCA, Maester,
Prowler, Zero Trust). An export shows how things stand, whether right or wrong: `tenantlint export --list`.

"""
_ALL = """
## All of them

A policy with a licence does not apply in a tenant that does not have it, and says so.
"""


def index(policies: Sequence[Policy], locate: Locate, *, shipped: bool = False) -> str:
    """The index of ``policies``; of the ``shipped`` ones also what recommendation each serves."""
    head = (_SHIPPED if shipped else _HEAD).format(count=counted(len(policies), "policy"))
    lines = [*_recommendations(policies, locate), _ALL] if shipped else []
    by_area = sorted(policies, key=lambda policy: (_area(policy, locate), policy.id))
    for area, inside in groupby(by_area, key=lambda policy: _area(policy, locate)):
        lines += [*([f"### {escape_markdown(area)}", ""] if area else []), *_policies(inside, locate), ""]
    return f"{MARK}\n{head}" + "\n".join(lines)


def _recommendations(policies: Sequence[Policy], locate: Locate) -> Iterator[str]:
    yield from _heading("", "recommendation", "policies", "shown by")
    for number, recommendation in RECOMMENDATIONS.items():
        serving = [policy for policy in policies if number in policy.controls.get(FRAMEWORK, ())]
        if not recommendation.by_principle:
            yield row(number, recommendation.title, _links(serving, locate), _others(recommendation))
            continue
        yield row(number, recommendation.title, "", _others(recommendation))
        for principle, name in PRINCIPLES.items():
            following = [policy for policy in serving if principle in policy.controls.get(ZERO_TRUST, ())]
            yield row("", name, _links(following, locate), "")


def _others(recommendation: Recommendation) -> str:
    exports = [f"export `{name}`" for name in recommendation.exports]
    return "; ".join([*exports, *([recommendation.also] if recommendation.also else [])])


def _policies(policies: Iterable[Policy], locate: Locate) -> Iterator[str]:
    yield from _heading("policy", "severity", "what it asks for", "licence", "Zero Trust")
    for policy in policies:
        served = policy.controls.get(ZERO_TRUST, ())
        words = ", ".join(name.lower() for principle, name in PRINCIPLES.items() if principle in served)
        title = escape_markdown(" ".join(policy.title.split())).replace("\\|", "|")
        yield row(_link(policy, locate), policy.severity.value, title, " or ".join(policy.licenses), words)


def _area(policy: Policy, locate: Locate) -> str:
    """The folder that the page is in; empty where it stands beside the index."""
    folder, _, _ = locate(policy).rpartition("/")
    return folder


def _links(policies: Iterable[Policy], locate: Locate) -> str:
    return ", ".join(_link(policy, locate) for policy in sorted(policies, key=lambda policy: policy.id))


def _link(policy: Policy, locate: Locate) -> str:
    return f"[{inline((Code(policy.id),))}]({quote(locate(policy))})"


def _heading(*names: str) -> Iterator[str]:
    yield row(*names)
    yield "|" + "---|" * len(names)
