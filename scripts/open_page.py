"""How big the HTML page of a profile is, and how soon a headless Chromium has it ready; checks that it keeps to itself.

Usage: .venv/bin/python scripts/open_page.py PAGE.html

Needs Chromium and chromedriver (`python3 scripts/environments.py browser`). The time runs from the start of navigation
until the page says that it is ready, its load event has fired and the charts stand on the screen, by the page's own
clock. Ends with 1 where the page did not get there, left a message in the console, or asked for anything but files and
data of its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver

import environments

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
)
READY = "return document.documentElement.dataset.ready === 'yes'"
LOADED_MS = "return performance.getEntriesByType('navigation')[0].loadEventEnd"
DRAWN_MS = """
const done = arguments[0];
requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
"""
"""The first frame is the one that charts draw in, so it is done when the next one begins."""


def main() -> None:
    """Open the page and print what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("page", type=Path)
    page: Path = parser.parse_args().page.resolve(strict=True)
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as driver:
        driver.get(page.as_uri())
        ready = driver.execute_script(READY)
        usable_ms = driver.execute_async_script(DRAWN_MS)
        loaded_ms = driver.execute_script(LOADED_MS)
        messages = [entry["message"] for entry in log(driver, "browser")]
        outside = [address for address in addresses(driver) if not address.startswith(("file:", "data:"))]
    print(f"size     {page.stat().st_size / 2**20:.2f} MiB")
    print(f"loaded   {loaded_ms / 1000:.2f} s")
    print(f"usable   {usable_ms / 1000:.2f} s" if ready else "usable   never: the page's script did not reach its end")
    print(f"console  {len(messages)} messages", *messages, sep="\n         ")
    print(f"requests {len(outside)} that left the page", *outside, sep="\n         ")
    sys.exit(0 if ready and not messages and not outside else 1)


@contextmanager
def chromium(folder: Path) -> Iterator[webdriver.Chrome]:
    """A headless browser with its data in `folder` that keeps a log of its console and of its network.

    Raises:
        SystemExit: there is none.
    """
    binary = next(filter(None, map(shutil.which, environments.BROWSERS)), None)
    driver_binary = shutil.which("chromedriver")
    if binary is None or driver_binary is None:
        sys.exit("chromium or chromedriver is missing: python3 scripts/environments.py browser")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_binary))
    try:
        yield driver
    finally:
        driver.quit()


def log(driver: webdriver.Chrome, kind: str) -> list[dict[str, str]]:
    """What the browser has logged since this was last asked for."""
    entries: list[dict[str, str]] = driver.get_log(kind)  # type: ignore[no-untyped-call]
    return entries


def addresses(driver: webdriver.Chrome) -> Iterator[str]:
    """What anything in our page asked for; the browser's own first page has requests, too."""
    for entry in log(driver, "performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent" and message["params"]["documentURL"].startswith("file:"):
            yield message["params"]["request"]["url"]


if __name__ == "__main__":
    main()
