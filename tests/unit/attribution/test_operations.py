from __future__ import annotations

import pytest

from collectbench.attribution.operations import LONGEST, kind_of, socket_name, subprocess_name, words_of


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("git", "rev-parse", "HEAD"), "git rev-parse HEAD"),
        (("/usr/bin/git", "status"), "git status"),
        (("/bin/sh", "-c", "git describe | head"), "git describe | head"),
        (("git describe --tags",), "git describe --tags"),
        (("/bin/true",), "true"),
        (("python", "-c", "import time\ntime.sleep(1)\n"), "python -c import time time.sleep(1)"),
        (("fork",), "fork"),
        (("",), "unknown"),
        (("curl", "https://me:word@example.org/x"), "curl https://…@example.org/x"),
        (("curl", "-H", "Authorization: Bearer abc"), "curl -H Authorization: …"),
        (("login", "--password=abc", "--user=me"), "login --password=…"),
        (("API_KEY=abc", "x"), "API_KEY=…"),
    ],
)
def test_a_command_is_named_by_its_program_and_arguments_without_secrets(words: tuple[str, ...], name: str) -> None:
    assert subprocess_name(words) == name


def test_a_long_command_is_cut() -> None:
    name = subprocess_name(("git", "log", "x" * 100))
    assert len(name) == LONGEST
    assert name.startswith("git log xxx")
    assert name.endswith(" …")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("example.org", "443"), "example.org:443"),
        (("::1", "8080", "0", "0"), "::1:8080"),
        (("/run/db.sock",), "/run/db.sock"),
        (("example.org", ""), "example.org"),
        ((), "unknown"),
    ],
)
def test_a_socket_is_named_by_its_address(parts: tuple[str, ...], name: str) -> None:
    assert socket_name(parts) == name


def test_events_are_of_sockets_or_of_subprocesses() -> None:
    assert [kind_of(event) for event in ("socket.connect", "os.fork")] == ["socket", "subprocess"]


@pytest.mark.parametrize(
    ("event", "detail", "words"),
    [
        ("subprocess.Popen", "['git', 'status']", ("git", "status")),
        ("subprocess.Popen", "git status", ("git status",)),
        ("subprocess.Popen", "['git', 'log', 'xxx", ("git log xxx",)),
        ("socket.connect", "('127.0.0.1', 80)", ("127.0.0.1", "80")),
        ("socket.connect", "/run/db.sock", ("/run/db.sock",)),
        ("os.fork", "", ("fork",)),
    ],
)
def test_the_detail_of_an_event_is_split_into_words(event: str, detail: str, words: tuple[str, ...]) -> None:
    assert words_of(event, detail) == words
