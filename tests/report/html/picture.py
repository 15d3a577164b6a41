"""A picture of the sample page, for the README: ``python -m tests.report.html.picture``. It takes Chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.report.html.browsing import CHROMIUM

REPORTS = Path(__file__).parents[3] / "reports"


def main() -> None:
    """Takes it, 1280 by 900 pixels, in the light colours."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        page.goto((REPORTS / "report.html").as_uri())
        page.screenshot(path=REPORTS / "report.png")
        browser.close()


if __name__ == "__main__":
    main()
