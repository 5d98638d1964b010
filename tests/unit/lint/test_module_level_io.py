"""module-level-io: what it reports, and what it leaves alone."""

from __future__ import annotations

import pytest

from collectbench.lint.module_level_io import RULE
from lint_texts import cases, lines_of, module_of

REPORTS = cases(
    subprocess="import subprocess\nsubprocess.run(['ls'])\n",
    another_name="import subprocess as sp\nX = sp.check_output('ls')\n",
    imported_function="from subprocess import Popen as start\nstart('ls')\n",
    alias="import os\nrun = os.system\nX = 1\nrun('ls')\n",
    open_="X = open('x').read()\n",
    with_open="import json\nwith open('x') as file:\n    X = json.load(file)\n",
    small_read="X = len(open(__file__).readlines())\n",
    path="from pathlib import Path\nX = Path('x').read_text()\n",
    path_of_parts="import pathlib\nX = (pathlib.Path(__file__).resolve().parent / 'x').read_bytes()\n",
    path_of_grandparent="from pathlib import Path\nX = Path(__file__).parents[1].joinpath('x').open()\n",
    path_in_variable="from pathlib import Path\nHERE = Path(__file__).parent\nX = (HERE / 'x').read_text()\n",
    network="from urllib.request import urlopen\nX = urlopen('https://example.org')\n",
    requests="import requests\nX = requests.get('https://example.org')\n",
    socket="import socket\nsocket.create_connection(('localhost', 80))\n",
    database="import sqlite3\nX = sqlite3.connect('x.db')\n",
    driver="import mysql.connector\nX = mysql.connector.connect()\n",
    client="import boto3\nX = boto3.client('s3')\n",
    decorator="import pytest, subprocess\n\n@pytest.mark.skipif(subprocess.call('ls'), reason='')\ndef test_a(): ...\n",
    default="def test_a(x=open('x')): ...\n",
    class_body="class TestA:\n    X = open('x')\n    def open(self): ...\n",
    comprehension="X = [open(name).read() for name in 'ab']\n",
    try_="import os\ntry:\n    os.system('ls')\nexcept OSError:\n    pass\n",
    optional_library="try:\n    import requests\nexcept ImportError:\n    requests = None\nX = requests.get('x')\n",
)
LEAVES_ALONE = cases(
    function="import subprocess\ndef test_a():\n    subprocess.run('ls')\n",
    fixture="import pytest\n@pytest.fixture\ndef x():\n    return open('x')\n",
    method="class TestA:\n    def test_a(self):\n        open('x')\n",
    lambda_="X = lambda: open('x')\n",
    generator="X = (open(name) for name in 'ab')\n",
    main="import os\nif __name__ == '__main__':\n    os.system('ls')\n",
    type_checking="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    X = open('x')\n",
    handler="try:\n    import x\nexcept ImportError:\n    open('x')\n",
    opted_in="import os\nif os.environ.get('X'):\n    os.system('ls')\n",
    own_function="def open(x): ...\nX = open('x')\n",
    own_module="from .tools import subprocess\nsubprocess.run('ls')\n",
    other_object="run = object()\nrun.system('ls')\n",
    other_path="from py.path import local as Path\nX = Path('x').read_text()\n",
    another_read_text="from shop import Path\nX = Path('x').read_text()\n",
    rebound="import subprocess\nsubprocess = object()\nsubprocess.run('ls')\n",
    memory="import sqlite3\nX = sqlite3.connect(':memory:')\n",
    devnull="import os\nX = open(os.devnull)\n",
    constant="import subprocess\nX = subprocess.PIPE\n",
    reference="import subprocess\nX = [subprocess.run]\n",
    string="X = '''\nimport os\nos.system('ls')\n'''\n",
    circle="from x import *\npath = path / 'x'\nX = path.read_text()\n",
)


@pytest.mark.parametrize("text", REPORTS)
def test_it_reports(text: str) -> None:
    assert len(lines_of(RULE, text)) == 1


@pytest.mark.parametrize("text", LEAVES_ALONE)
def test_it_leaves_alone(text: str) -> None:
    assert lines_of(RULE, text) == []


def test_a_statement_is_reported_once_at_its_first_call() -> None:
    text = """
        import os

        X = [
            os.system("a"), os.system("b"),
        ]
        os.system("c")
    """
    assert lines_of(RULE, text) == [5, 7]


def test_the_decorator_of_a_class_is_a_violation_of_its_own() -> None:
    text = """
        @register(open("a"))
        class TestA:
            X = open("b")
    """
    assert lines_of(RULE, text) == [2, 4]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("X: object = open('x')", "X"),
        ("X += open('x').read()", "X"),
        ("shop.X = open('x')", "shop.X"),
        ("a, b = open('x')", "open"),
        ("open('x')", "open"),
        ("def test_a(x=open('x')): ...", "test_a"),
    ],
)
def test_the_subject_is_what_the_statement_assigns_or_defines(text: str, subject: str) -> None:
    assert [each.subject for each in RULE.in_file(module_of(text))] == [subject]


def test_the_message_names_what_is_called() -> None:
    (violation,) = RULE.in_file(module_of("from os import system\nX = system('ls')\n"))
    assert violation.subject == "X"
    assert violation.message == "os.system starts a process whenever pytest imports this file"
