"""The HTML report as its readers meet it, in a browser: search, filter, group, open, link, copy, print, keyboard."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scanner.compare.baseline import against
from scanner.model import Record, Scan, Status
from scanner.report.html import render
from tests.report.html.browsing import CHROMIUM
from tests.report.samples import HOSTILE_NAMES, SAMPLE, finding, hostile, policy, result, scan

AXE = Path(__file__).with_name("axe.min.js")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian's package chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a scan; afterwards no message was on the console and no request had left."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def show(sample: Scan, fragment: str = "", **options: Any) -> Page:
        file = tmp_path / "report.html"
        file.write_text(render(sample), encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri() + fragment)
        return page

    yield show
    for context in contexts:
        context.close()
    assert said == []
    assert {url.partition("#")[0] for url in asked} == {(tmp_path / "report.html").as_uri()}


def shown(page: Page) -> list[str]:
    """Ids of the policies that are to be seen, in the order of the page."""
    ids: list[str] = page.eval_on_selector_all(
        ".policy", "all => all.filter((one) => one.checkVisibility()).map((one) => one.id.slice(7))"
    )
    return ids


def names(sample: Scan) -> set[str]:
    return {one.policy.id for one in sample.results}


def test_violations_stand_first_the_worst_on_top(opened: Open) -> None:
    page = opened(SAMPLE)
    assert shown(page)[:2] == ["block-legacy", "accounts-enabled"]
    assert set(shown(page)) == names(SAMPLE)
    expect(page.locator(".verdict")).to_contain_text("2 of 8 policies fail; 3 policies could not be decided")
    expect(page.locator(".attention")).to_contain_text("RoleManagement.Read.Directory")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("legacy", ["block-legacy"]),
        ("LEGACY", ["block-legacy"]),
        ("person3@contoso", ["accounts-enabled"]),
        ("SEC-12 person6", ["all-accepted"]),
        ("nothing has this", []),
    ],
)
def test_search_finds_every_word_in_policies_and_findings(opened: Open, text: str, found: list[str]) -> None:
    page = opened(SAMPLE)
    page.get_by_role("searchbox", name="Search").fill(text)
    assert shown(page) == found
    expect(page.locator("#shown")).to_have_text(f"{len(found)} of 8 policies")
    expect(page.locator("#none")).to_be_visible(visible=not found)


def test_filters_narrow_together_and_are_cleared(opened: Open) -> None:
    page = opened(SAMPLE)
    page.locator("#status").select_option("fail")
    assert set(shown(page)) == {"accounts-enabled", "block-legacy"}
    page.locator("#severity").select_option("critical")
    assert shown(page) == ["block-legacy"]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#shown")).to_have_text("8 policies")
    assert set(shown(page)) == names(SAMPLE)


def grouped() -> Scan:
    both = policy("serves-both", controls={"zero-trust": ("assume-breach", "least-privilege")})
    none = policy("serves-none", controls={})
    one = policy("serves-one", controls={"zero-trust": ("least-privilege",), "cis": ("5.10", "5.2")})
    return scan(*(result(policy, Status.PASS) for policy in (both, none, one)))


def test_policies_are_grouped_by_the_controls_of_a_framework_each_once(opened: Open) -> None:
    page = opened(grouped())
    page.locator("#group").select_option("zero-trust")
    assert page.locator(".group").all_text_contents() == ["assume-breach", "least-privilege", "Other"]
    assert shown(page) == ["serves-both", "serves-one", "serves-none"]
    expect(page.locator(".also")).to_have_text("Also: serves-both")
    page.locator(".also a").click()
    expect(page.locator("#policy-serves-both .body")).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("serves-none")
    assert page.locator(".group:visible").all_text_contents() == ["Other"]


def test_the_parts_of_a_bar_are_said_too(opened: Open) -> None:
    page = opened(SAMPLE)
    row = page.get_by_role("row").filter(has_text="break-glass")
    expect(row.get_by_role("cell").first).to_have_text("1 critical, 1 high, 3 not decided, 2 met")


def test_policies_of_a_framework_are_filtered(opened: Open) -> None:
    page = opened(grouped())
    page.locator("#framework").select_option("cis")
    assert shown(page) == ["serves-one"]
    page.locator("#group").select_option("zero-trust")
    assert page.locator(".group:visible").all_text_contents() == ["least-privilege"]


def test_a_print_of_some_policies_says_how_many(opened: Open) -> None:
    page = opened(grouped())
    page.locator("#framework").select_option("cis")
    page.emulate_media(media="print")
    expect(page.locator("#shown")).to_be_visible()
    expect(page.locator("#shown")).to_have_text("1 of 3 policies")
    assert page.locator(".filters label:visible, button:visible").count() == 0


def test_controls_are_in_the_order_of_their_numbers(opened: Open) -> None:
    page = opened(grouped())
    page.locator("#group").select_option("cis")
    assert page.locator(".group").all_text_contents() == ["5.2", "5.10", "Other"]


def test_a_policy_opens_to_findings_evidence_and_what_to_do(opened: Open) -> None:
    page = opened(SAMPLE)
    page.locator("#policy-accounts-enabled > summary").click()
    body = page.locator("#policy-accounts-enabled .body")
    expect(body).to_contain_text("Why accounts-enabled matters.")
    expect(body).to_contain_text("3 findings, 2 not waived")
    expect(body).to_contain_text("waived by Security board until 2026-06-30 [SEC-12]: Replaced in spring")
    expect(body).to_contain_text("signInActivity was not collected")
    first = body.locator(".finding").first
    expect(first.locator(".evidence")).to_be_hidden()
    first.locator(".why > summary").click()
    expect(first.locator(".evidence")).to_contain_text("user.accountEnabled")
    expect(first.locator(".clauses")).to_contain_text("user.otherMails.size() == 0")


def test_the_closest_record_of_a_policy_that_asks_for_one_is_named(opened: Open) -> None:
    page = opened(SAMPLE, "#policy-block-legacy")
    expect(page.locator("#policy-block-legacy .body")).to_contain_text("Block legacy p1 meets 2 of 3 conditions")


@pytest.mark.parametrize("fragment", ["policy-all-accepted", "finding-all-accepted-6"])
def test_a_link_opens_what_it_is_to(opened: Open, fragment: str) -> None:
    page = opened(SAMPLE, f"#{fragment}")
    expect(page.locator("#policy-all-accepted .body")).to_be_visible()
    expect(page.locator(f"#{fragment}")).to_be_in_viewport()
    expect(page.locator("#policy-accounts-enabled .body")).to_be_hidden()


@pytest.mark.parametrize("fragment", ["#nothing", "#%E0%A4%A", "#search", "#<img src=x onerror=alert(1)>"])
def test_a_link_to_nothing_does_nothing(opened: Open, fragment: str) -> None:
    assert set(shown(opened(SAMPLE, fragment))) == names(SAMPLE)


def test_the_keyboard_is_enough(opened: Open) -> None:
    page = opened(SAMPLE)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the policies")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type("legacy/x")
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("legacy/x")
    page.get_by_role("searchbox", name="Search").fill("legacy")
    page.locator("#policy-block-legacy > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#policy-block-legacy .body")).to_be_visible()


def test_remediation_is_copied(opened: Open) -> None:
    page = opened(SAMPLE, "#policy-accounts-enabled", permissions=["clipboard-read", "clipboard-write"])
    page.locator("#policy-accounts-enabled .copy").click()
    expect(page.locator("#policy-accounts-enabled .copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "Open the portal, then: change it."


def test_everything_is_on_paper(opened: Open) -> None:
    page = opened(SAMPLE)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for text in ("Why accounts-enabled matters.", "person3 is enabled", "user.accountEnabled"):
        expect(page.get_by_text(text).first).to_be_visible()
    expect(page.locator(".filters label:visible")).to_have_count(0)
    assert len(page.pdf()) > 10_000
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#policy-accounts-enabled .body")).to_be_hidden()


def test_a_baseline_shows_what_is_new(opened: Open) -> None:
    rule = policy("accounts-enabled")
    before = scan(result(rule, Status.FAIL, findings=(finding(rule.id, 1), finding(rule.id, 2))))
    now = scan(result(rule, Status.FAIL, findings=(finding(rule.id, 2), finding(rule.id, 3))))
    page = opened(against(now, before), "#policy-accounts-enabled")
    expect(page.locator(".trend")).to_contain_text("1 new and 1 fixed")
    assert page.locator(".state").all_text_contents() == ["known", "new"]


EMPTY = scan()
CLEAN = scan(result(policy("all-good"), Status.PASS))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("sample", [SAMPLE, CLEAN, EMPTY], ids=["sample", "clean", "empty"])
def test_axe_finds_nothing_and_nothing_is_cut_off(opened: Open, sample: Scan, width: int, scheme: str) -> None:
    page = opened(sample, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((run) => run.violations.map((one) => [one.id, one.nodes[0].html]))")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_names_are_text_and_nothing_else(opened: Open) -> None:
    page = opened(hostile())
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.locator("script").count() == 1
    assert page.locator("a[href]:not([href^='#']):not([href^='https://learn.microsoft.com/'])").count() == 0
    assert (
        page.evaluate("document.querySelectorAll('[onclick], [onerror], img, iframe, object, style ~ style').length")
        == 0
    )
    assert len(shown(page)) == len(hostile().results)
    text = page.locator("#items").text_content() or ""
    assert '<script>alert("x")</script>&amp;' in text
    assert "x" * 100 in text
    for group in ("area", "zero-trust", ""):
        page.locator("#group").select_option(group)
        assert len(shown(page)) == len(hostile().results)
    assert len(HOSTILE_NAMES) * 2 == page.locator(".finding").count()


def large(number: int) -> Scan:
    """So many findings: half of them of one policy, the rest of a hundred."""
    some = [finding("one", index) for index in range(number // 2)]
    results = [result(policy("one"), Status.FAIL, findings=tuple(some))]
    each = number // 200
    for place in range(100):
        rule = policy(f"policy-{place}")
        found = tuple(finding(rule.id, index) for index in range(each))
        results.append(result(rule, Status.FAIL, findings=found))
    return scan(*results)


def test_ten_thousand_findings_stay_smooth(opened: Open) -> None:
    page = opened(large(10_000))
    assert page.locator(".finding").count() == 10_000
    durations = json.loads(
        page.evaluate(
            """() => {
              const timed = (act) => { const from = performance.now(); act(); document.body.offsetHeight;
                                       return performance.now() - from; };
              const search = document.getElementById("search");
              const input = new Event("input", { bubbles: true });
              const type = (text) => timed(() => { search.value = text; search.dispatchEvent(input); });
              const open = () => { document.getElementById("policy-one").open = true; };
              return JSON.stringify([type("person77"), type("person777"), type(""), timed(open)]);
            }"""
        )
    )
    assert max(durations) < 2_000, durations  # milliseconds, on a machine that is busy with other tests
    started = time.monotonic()
    page.locator("#policy-one").scroll_into_view_if_needed()
    page.mouse.wheel(0, 100_000)
    assert time.monotonic() - started < 5


def test_records_of_one_name_are_told_apart(opened: Open) -> None:
    rule = policy("accounts-enabled")
    same = [
        msgspec.structs.replace(finding(rule.id, number), record=Record("users", f"id-{number}", "Ann"))
        for number in (1, 2)
    ]
    page = opened(scan(result(rule, Status.FAIL, findings=tuple(same))), "#policy-accounts-enabled")
    assert page.locator(".record .id").all_text_contents() == ["id-1", "id-2"]
