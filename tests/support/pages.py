"""An HTML page of ours in a real browser, and what a user does there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.remote.webelement import WebElement

OVERLAPS = """(id => {
  const texts = echarts.getInstanceByDom(document.getElementById(id)).getZr().storage.getDisplayList()
    .filter(shape => shape.type === 'tspan' && !shape.ignore && !shape.invisible && shape.style.text);
  const boxes = texts.map(shape => {
    const box = shape.getBoundingRect().clone();
    if (shape.transform) box.applyTransform(shape.transform);
    return [shape.style.text, box];
  });
  return boxes.flatMap(([text, box], index) =>
    boxes.slice(index + 1).filter(([, other]) => box.intersect(other)).map(([other]) => [text, other]));
})(arguments[0])
"""
"""Pairs of texts of a chart that overlap."""


AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations"] }).then((found) => done(found.violations.map((each) =>
  [each.impact, each.id, each.nodes.slice(0, 5).map((node) => node.target.join(" ") + ": " + node.failureSummary)])));
"""
"""Checks of axe-core: what is wrong, how serious it is, and where."""


class Page:
    """A page that is open in the browser, and the actions of a user. `table` is the id of its main table."""

    def __init__(self, driver: webdriver.Chrome, path: Path, theme: str, table: str = "table") -> None:
        self.driver = driver
        self.table = table
        media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        driver.get(path.as_uri())
        assert self.ask("document.documentElement.dataset.ready") == "yes"

    def ask(self, expression: str, *arguments: Any) -> Any:
        return self.driver.execute_script(f"return {expression}", *arguments)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.ask("[...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)
        return found

    def click(self, selector: str) -> None:
        self.ask("arguments[0].scrollIntoView({block: 'center'})", self.find(selector))
        self.find(selector).click()

    def column(self, number: int) -> list[str]:
        return self.texts(f"#{self.table} tbody tr td:nth-child({number})")

    def sort_by(self, title: str) -> None:
        header = self.ask(
            "[...document.querySelectorAll(arguments[0])].find(e => e.textContent.startsWith(arguments[1]))",
            f"#{self.table} th button",
            title,
        )
        header.click()

    def point_at(self, chart: str, at: tuple[Any, ...], *, click: bool = False) -> None:
        """Moves to a place in a chart, given as its series' coordinates or as pixels from its corner."""
        element = self.find(chart)
        self.ask("arguments[0].parentElement.scrollIntoView({block: 'center'})", element)
        pixels = self.ask(
            "(at => at[2] === 'px' ? at : echarts.getInstanceByDom(arguments[0]).convertToPixel({seriesIndex: 0}, at))"
            "(arguments[1])",
            element,
            at,
        )
        x = round(pixels[0] - element.size["width"] / 2)  # selenium counts from the middle
        y = round(pixels[1] - element.size["height"] / 2)
        move = ActionChains(self.driver).move_to_element_with_offset(element, x, y)  # type: ignore[no-untyped-call]
        (move.click() if click else move).perform()

    def window(self, chart: str) -> Any:
        """The stretch of time that a flame graph shows."""
        zoom = self.ask("echarts.getInstanceByDom(arguments[0]).getOption().dataZoom[0]", self.find(chart))
        return pytest.approx((zoom["startValue"], zoom["endValue"]), abs=0.01)

    def faults(self) -> list[Any]:
        """What axe-core finds serious or critical on the page."""
        import selenium_axe_python

        script = Path(selenium_axe_python.__file__).parent / "axe-core" / "axe.min.js"
        self.driver.execute_script(script.read_text(encoding="utf-8"))
        found: list[Any] = self.driver.execute_async_script(AXE)
        return [each for each in found if each[0] in ("serious", "critical")]
