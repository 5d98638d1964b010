"""Takes the pictures of docs/report.md and README.md from a page that `collectbench report` or scripts/demo made.

Usage: .venv/bin/python scripts/screenshots.py [--out DIRECTORY] [--theme light|dark] PAGE.html

Needs Chromium and chromedriver (`python3 scripts/environments.py browser`). `report-1400.webp` and `report-390.webp`
show the whole page at these widths, `report.webp` its top, the others one part of it each. It says which part the page
does not have.
"""

from __future__ import annotations

import argparse
import base64
import tempfile
from pathlib import Path
from typing import Any

from selenium import webdriver

from open_page import chromium

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = {1400: 1000, 390: 844}
"""The widths of the window, each with its height, in CSS pixels."""
PARTS = {
    "rounds": "#rounds-panel",
    "forest": "#changes-panel",
    "trend": "#history-panel",
    "findings": "#findings-panel",
    "imports": "#imports-panel",
}


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    given = parser.parse_args()
    page: Path = given.page.resolve(strict=True)
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as driver:
        media = {"features": [{"name": "prefers-color-scheme", "value": given.theme}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        for width, height in sorted(WIDTHS.items()):  # the widest last, for the parts
            resize(driver, width, height)
            driver.get(page.as_uri())
            save(driver, given.out / f"report-{width}.webp", whole(driver, width))
        save(driver, given.out / "report.webp", {"x": 0, "y": 0, "width": width, "height": height})
        for name, selector in PARTS.items():
            part(driver, given.out / f"{name}.webp", selector)


def resize(driver: webdriver.Chrome, width: int, height: int) -> None:
    """Give the page this size, with one device pixel for each of its own."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def whole(driver: webdriver.Chrome, width: int) -> dict[str, float]:
    """The box of the whole page, of which a picture can hold 16,000 pixels."""
    height: float = driver.execute_script("return document.documentElement.scrollHeight")
    return {"x": 0, "y": 0, "width": width, "height": min(height, 16_000)}


def part(driver: webdriver.Chrome, path: Path, selector: str) -> None:
    """Save one part of the page; says so if the page does not have it."""
    box: dict[str, Any] | None = driver.execute_script(
        "const part = document.querySelector(arguments[0]);"
        "if (!part || part.hidden || !part.offsetHeight) return null;"
        "const box = part.getBoundingClientRect();"
        "return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height};",
        selector,
    )
    if box is None:
        print(f"the page has no {selector}")
        return
    save(driver, path, box)


def save(driver: webdriver.Chrome, path: Path, box: dict[str, Any]) -> None:
    """Save a box of the page, in CSS pixels from its top left corner."""
    picture = driver.execute_cdp_cmd(
        "Page.captureScreenshot",
        {"format": "webp", "quality": 80, "captureBeyondViewport": True, "clip": {**box, "scale": 1}},
    )
    path.write_bytes(base64.b64decode(picture["data"]))
    print(path)


if __name__ == "__main__":
    main()
