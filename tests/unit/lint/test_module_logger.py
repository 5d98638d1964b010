"""module-logger: what it reports, and what it leaves alone."""

from __future__ import annotations

import pytest

from collectbench.lint.module_logger import RULE
from lint_texts import evidence_of, violations_in

SHOP = {
    "shop/__init__.py": "from shop.log import get_logger\n",
    "shop/log.py": """
        import logging

        from shop.settings import load_config

        def get_logger(name):
            logging.config.dictConfig(load_config())
            return logging.getLogger(name)

        def plain_logger(name):
            logger = logging.getLogger(name)
            logger.addHandler(logging.NullHandler())
            return logger
    """,
    "shop/settings.py": """
        import json, os
        from dataclasses import dataclass
        from pathlib import Path
        from pydantic_settings import BaseSettings

        class Base(BaseSettings): ...

        class Settings(Base):
            debug: bool = False

        class AppConfig:
            def __init__(self):
                self.debug = os.environ["DEBUG"]

        @dataclass
        class Config:
            debug: bool = False

        def load_config():
            return json.loads(Path("config.json").read_text())

        def indirect_config():
            return load_config()

        def make_config(**values):
            return dict(values)

        def endless_config():
            return endless_config()
    """,
    "shop/clients.py": """
        import requests

        class ShopClient:
            def __init__(self):
                self.token = requests.post("https://example.org").text

        class NullClient:
            def __init__(self):
                self.calls = []

        def create_client():
            return ShopClient()
    """,
    "tests/__init__.py": "",
    "tests/values.py": "def make_client():\n    return object()\n",
}


def lines(text: str, path: str = "tests/test_a.py") -> list[int]:
    return [each.line for each in violations_in(RULE, evidence_of(SHOP | {path: text}))]


@pytest.mark.parametrize(
    "text",
    [
        "from shop.log import get_logger\nlogger = get_logger(__name__)",
        "from shop import get_logger\nlogger = get_logger(__name__)",
        "import shop.log\nlogger = shop.log.get_logger(__name__)",
        "from shop import log as logs\nlogger: object = logs.get_logger(__name__)",
        "from shop.settings import Settings\nsettings = Settings()",
        "from shop.settings import AppConfig\nconfig = AppConfig()",
        "from shop.settings import load_config\nCONFIG = load_config()",
        "from shop.settings import indirect_config as config\nCONFIG = config()",
        "from shop.clients import ShopClient\nclient = ShopClient()",
        "from shop.clients import create_client\nclient = create_client()",
        "try:\n    from shop.clients import create_client\nfinally:\n    client = create_client()",
    ],
)
@pytest.mark.parametrize("path", ["tests/test_a.py", "tests/conftest.py"])
def test_it_reports(text: str, path: str) -> None:
    assert len(lines(text, path)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "import logging\nlogger = logging.getLogger(__name__)",
        "from structlog import get_logger\nlogger = get_logger()",
        "from shop.log import plain_logger\nlogger = plain_logger(__name__)",
        "from shop.settings import Config\nconfig = Config()",
        "from shop.settings import make_config\nconfig = make_config(a=1)",
        "from shop.settings import endless_config\nconfig = endless_config()",
        "from shop.clients import NullClient\nclient = NullClient()",
        "from .values import make_client\nclient = make_client()",
        "from shop.unknown import get_logger\nlogger = get_logger()",
        "def get_logger():\n    return open('x')\nlogger = get_logger()",
        "from shop.log import get_logger\ndef test_a():\n    logger = get_logger()",
        "from shop.log import get_logger\nclass TestA:\n    get = get_logger",
        "from shop.log import get_logger\nif __name__ == '__main__':\n    logger = get_logger()",
        "from shop.log import get_logger\nlogger = get_logger",
        "from starlette.testclient import TestClient\nclient = TestClient(None)",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert lines(text) == []


def test_the_message_and_the_fix_say_what_it_is() -> None:
    text = "from shop import *\nfrom shop.settings import Settings\nlogger = get_logger()\nsettings = Settings()\n"
    logger, settings = violations_in(RULE, evidence_of(SHOP | {"tests/test_a.py": text}))
    assert (logger.subject, logger.group, logger.fix) == ("logger", "shop.log.get_logger", "use logging.getLogger")
    assert (settings.subject, settings.fix) == ("settings", "make it in a fixture")
