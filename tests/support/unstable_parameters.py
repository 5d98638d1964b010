"""Modules with parameters: some whose ids differ from run to run, some that look like them."""

from __future__ import annotations

from lint_texts import cases

IMPORTS = """
import datetime, glob, itertools, os, random, secrets, string, tempfile, time, uuid
import datetime as dt
import random as chance
import pytest
import pytest as pt
from pathlib import Path
from uuid import uuid4
from pytest import mark, fixture, param
"""


def one_test(values: str, names: str = "x", ids: str = "") -> str:
    """The text of a module with one parametrized test."""
    given = f", ids={ids}" if ids else ""
    return f"@pytest.mark.parametrize({names!r}, {values}{given})\ndef test_a({names}): ...\n"


REPORTS = cases(
    text_of_uuid=one_test("[str(uuid.uuid4())]"),
    hex_of_uuid=one_test("[uuid4().hex]"),
    part_of_uuid=one_test("['a', str(uuid4())[:8]]"),
    f_string=one_test("[f'user-{uuid4()}']"),
    format_=one_test("['user-{}'.format(uuid4())]"),
    percent=one_test("['user-%s' % uuid4()]"),
    sum_=one_test("['user-' + uuid4().hex]"),
    join=one_test("['-'.join(['a', uuid4().hex])]"),
    random=one_test("[random.random()]"),
    random_by_another_name=one_test("[chance.randint(1, 10**9)]"),
    random_in_tuple=one_test("[('a', random.random())]", "x,y"),
    random_in_comprehension=one_test("[random.random() for _ in range(3)]"),
    random_in_generator=one_test("(random.random() for _ in range(3))"),
    random_in_param=one_test("[pytest.param(random.random(), marks=())]"),
    random_in_variable="VALUES = [random.random()]\n" + one_test("VALUES"),
    element_in_variable="VALUE = random.random()\n" + one_test("[1, VALUE]"),
    random_sample=one_test("random.sample(range(10**6), 3)"),
    random_number_of_items=one_test("range(random.randint(1, 10**6) % 1000 + 1)"),
    rounded=one_test("[round(random.random() * 10**9)]"),
    time_=one_test("[time.time()]"),
    now_as_text=one_test("[datetime.datetime.now().isoformat()]"),
    now_in_text=one_test("[f'{dt.datetime.now()}']"),
    now_formatted=one_test("[datetime.datetime.now().strftime('%H:%M:%S.%f')]"),
    difference_of_times=one_test("[str(datetime.datetime.now() - datetime.timedelta(days=1))]"),
    address=one_test("[id(object()) + i for i in range(3)]"),
    process=one_test("[os.getpid()]"),
    token=one_test("[secrets.token_hex()]"),
    directory_name=one_test("[tempfile.mkdtemp()]"),
    ids_by_str=one_test("[uuid4()]", ids="str"),
    address_by_repr=one_test("[lambda: 1]", ids="repr"),
    unstable_ids=one_test("[1, 2]", ids="[uuid4().hex, 'a']"),
    ids_in_comprehension=one_test("[1, 2]", ids="[uuid4().hex for _ in range(2)]"),
    ids_by_lambda=one_test("[1, 2]", ids="lambda x: uuid4().hex"),
    id_of_param=one_test("[pytest.param(1, id=uuid4().hex)]"),
    set_=one_test("{'a', 'b', 'c', 'd', 'e', 'f'}"),
    list_of_set=one_test("list({'a', 'b', 'c', 'd', 'e', 'f'})"),
    set_of_list=one_test("set(['a', 'b', 'c', 'd', 'e', 'f'])"),
    frozenset_=one_test("tuple(frozenset('abcdefgh'))"),
    set_of_variable="NAMES = ['a', 'b', 'c', 'd', 'e', 'f']\n" + one_test("set(NAMES)"),
    set_in_variable="NAMES = {'a', 'b', 'c', 'd', 'e', 'f'}\n" + one_test("NAMES"),
    set_comprehension=one_test("{name.lower() for name in ['A', 'B', 'C', 'D', 'E', 'F']}"),
    set_of_items=one_test("{name for name in ['A', 'B', 'C', 'D', 'E', 'F']}"),
    comprehension_over_set=one_test("[name for name in {'a', 'b', 'c', 'd', 'e', 'f'}]"),
    text_from_set=one_test("[name + '!' for name in {'a', 'b', 'c', 'd', 'e', 'f'}]", ids="str"),
    difference_of_sets=one_test("{'a', 'b', 'c', 'd', 'e', 'f'} - {'a'}"),
    union_of_sets=one_test("{'a', 'b', 'c', 'd', 'e', 'f'}.union({'g'})"),
    set_of_words=one_test("set('a b c d e f'.split())"),
    set_of_pairs=one_test("{('a', 1), ('b', 2), ('c', 3), ('d', 4), ('e', 5)}", "x,y"),
    enumerated_set=one_test("enumerate({'a', 'b', 'c', 'd', 'e', 'f'})", "x,y"),
    filtered_set=one_test("filter(None, {'a', 'b', 'c', 'd', 'e', 'f'})"),
    params_of_set=one_test("[pytest.param(1, id=name) for name in {'a', 'b', 'c', 'd', 'e', 'f'}]"),
    set_with_function_of_ids=one_test("{'a', 'b', 'c', 'd', 'e', 'f'}", ids="lambda x: x"),
    ids_from_set=one_test("range(6)", ids="[x for x in {'a', 'b', 'c', 'd', 'e', 'f'}]"),
    fixture_="@pytest.fixture(params=[random.random()])\ndef x(request): ...\ndef test_a(x): ...\n",
    fixture_ids="@fixture(params=[1], ids=[uuid4().hex])\ndef x(request): ...\ndef test_a(x): ...\n",
    class_="@pt.mark.parametrize('x', [random.random()])\nclass TestA:\n    def test_a(self, x): ...\n",
    method="class TestA:\n    @mark.parametrize('x', [random.random()])\n    def test_a(self, x): ...\n",
    pytestmark="pytestmark = [pytest.mark.parametrize('x', [random.random()])]\ndef test_a(x): ...\n",
    stacked="@mark.parametrize('y', [1])\n@mark.parametrize('x', [random.random()])\ndef test_a(x, y): ...\n",
    alias="several = pytest.mark.parametrize\n@several('x', [random.random()])\ndef test_a(x): ...\n",
    keywords="@mark.parametrize(argnames='x', argvalues=[random.random()])\ndef test_a(x): ...\n",
    list_of_names="@mark.parametrize(['x', 'y'], [(1, random.random())])\ndef test_a(x, y): ...\n",
    zip_=one_test("zip('ab', [random.random(), random.random()])", "x,y"),
    chain=one_test("itertools.chain([1], [random.random()])"),
    concatenated=one_test("[1] + [random.random()]"),
    unpacked=one_test("[*[random.random()]]"),
)
OF_MACHINES = cases(
    listdir=one_test("os.listdir()"),
    list_of_glob=one_test("list(Path(__file__).parent.glob('*'))"),
    rglob="HERE = Path(__file__).parent\n" + one_test("HERE.rglob('*')", ids="lambda x: x.name"),
    iterdir=one_test("[path for path in Path(__file__).parent.iterdir()]"),
    glob=one_test("glob.glob('*')"),
    params=one_test("[pytest.param(path, id=path.name) for path in Path('.').glob('*')]"),
    given_ids="FILES = list(Path('.').glob('*'))\n" + one_test("FILES", ids="[file.name for file in FILES]"),
)
LEAVES_ALONE = cases(
    constants=one_test("[1, 'a', None]"),
    uuid=one_test("[uuid.uuid4(), uuid4()]"),
    now=one_test("[datetime.datetime.now()]"),
    year=one_test("[datetime.datetime.now().year]"),
    coarse_date=one_test("[datetime.datetime.now().strftime('%Y')]"),
    random_object=one_test("[[random.random()], (random.random(),), {'a': random.random()}]"),
    generator_of_random=one_test("[random.Random(0).random()]"),
    own_generator="source = random.Random(3)\n" + one_test("[source.random()]"),
    seeded="random.seed(3)\n" + one_test("[random.random()]"),
    function_of_random="def value(): return 1\n" + one_test("[value()]"),
    lambda_=one_test("[lambda: random.random()]"),
    passed_on="def wrap(x): return 'a'\n" + one_test("[wrap(random.random())]"),
    given_ids=one_test("[str(uuid4()), random.random()]", ids="['a', 'b']"),
    given_ids_in_variable="IDS = ['a']\n" + one_test("[random.random()]", ids="IDS"),
    given_id=one_test("[pytest.param(str(uuid4()), id='a'), param(random.random(), id='b')]"),
    ids_by_function=one_test("[random.random()]", ids="lambda x: 'a'"),
    ids_by_unknown="from operator import itemgetter\n" + one_test("[(1, 2)]", ids="itemgetter(0)"),
    sorted_=one_test("sorted({'a', 'b', 'c', 'd', 'e', 'f'})"),
    sorted_by_name="NAMES = sorted({'a', 'b', 'c', 'd', 'e', 'f'})\n" + one_test("NAMES"),
    sorted_later="NAMES = list({'a', 'b', 'c', 'd', 'e', 'f'})\nNAMES.sort()\n" + one_test("NAMES"),
    set_of_numbers=one_test("{1, 2, 3}"),
    set_of_range=one_test("set(range(10))"),
    set_of_one=one_test("{'a'}"),
    set_as_value=one_test("[{'a', 'b', 'c', 'd', 'e', 'f'}]"),
    set_of_objects=one_test("[Path(name) for name in {'a', 'b', 'c', 'd', 'e', 'f'}]"),
    set_of_pairs=one_test("{('a', 1), ('b', 2), ('c', 3), ('d', 4), ('e', 5)}"),
    set_with_given_ids=one_test("{'a', 'b'}", ids="['x', 'y']"),
    length_of_set=one_test("range(len({'a', 'b'}))"),
    membership=one_test("[name for name in 'abc' if name in {'a', 'b'}]"),
    dictionary=one_test("{'a': 1, 'b': 2}"),
    unique=one_test("dict.fromkeys(['a', 'b', 'a'])"),
    same_name_elsewhere="x = random.random()\n" + one_test("list(x for x in [1, 2])"),
    rebound="VALUES = [random.random()]\nVALUES = [1]\n" + one_test("VALUES"),
    changed="VALUES = [random.random()]\nVALUES[0] = 1\n" + one_test("VALUES"),
    sorted_directory=one_test("sorted(os.listdir())"),
    sorted_glob=one_test("sorted(Path(__file__).parent.glob('*'))", ids="lambda x: x.name"),
    function="def pytest_generate_tests(metafunc):\n    random.random()\ndef test_a(): ...\n",
    fixture_="@pytest.fixture\ndef x():\n    return random.random()\ndef test_a(x): ...\n",
    other_decorator="def parametrize(*a):\n    return id\n@parametrize(time.time())\ndef a(): ...\ndef test_a(): ...\n",
    other_fixture="def fixture(params):\n    return id\n@fixture([time.time()])\ndef x(): ...\ndef test_a(): ...\n",
    path_with_random_part=one_test("[Path('/tmp') / uuid4().hex]"),
    compared=one_test("[random.random() < 2]"),
    starred="ARGUMENTS = ('x', [1])\n@mark.parametrize(*ARGUMENTS)\ndef test_a(x): ...\n",
    unknown_names="NAMES = 'x,y'.upper().lower()\n@mark.parametrize(NAMES, [('a', 1)])\ndef test_a(x, y): ...\n",
    no_values="parametrize = mark.parametrize\ndef test_a(): ...\n",
)
