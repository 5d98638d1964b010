"""The generic HTML page as text: which scripts may run, and that nothing leaves its data."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from collectbench.render.page import page


def make_page(title="A report", content=None):
    return page(title, ("profile_head.html", "foot.html"), ("table.js",), content or {})


def test_the_policy_allows_exactly_the_scripts_and_the_style_of_the_page():
    text = make_page()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    sources = re.findall(r"<script>(.*?)</script>", text, re.DOTALL) + re.findall(
        r"<style>(.*?)</style>", text, re.DOTALL
    )
    digests = {b64encode(hashlib.sha256(source.encode()).digest()).decode() for source in sources}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == digests
    assert len(digests) == 3
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_the_chart_library_is_the_published_one_and_has_its_licences():
    directory = files("collectbench.render") / "vendor" / "echarts"
    digest = hashlib.sha256((directory / "echarts.min.js").read_bytes()).hexdigest()
    assert digest in (directory / "README.md").read_text()
    for name in ("LICENSE", "NOTICE", "LICENSE-zrender", "LICENSE-d3"):
        assert (directory / name).is_file()


def test_a_page_has_its_own_body_and_scripts_in_order():
    text = make_page()
    assert text.count("<main>") == text.count("</html>") == 1
    assert text.index("function element(") < text.index("class Table")
    assert "class Flame" not in text
    assert "{{" not in text.replace(text[text.index("<script>") :], "")


@given(title=st.text(max_size=50), value=st.text(max_size=50))
def test_no_text_leaves_the_title_or_the_data(title, value):
    text = make_page(title, {"value": value})
    assert text.isascii()
    assert text.count("<title>") == text.count("</title>") == 1
    assert text.count("<script") == text.count("</script") == 3
    assert json.loads(re.search(r'id="data">(.*?)</script>', text)[1]) == {"value": value}
