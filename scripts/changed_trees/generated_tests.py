"""The targets of the generated repository. Most make one test of each name that they find."""

from __future__ import annotations

from collections.abc import Mapping

HERE = "from pathlib import Path\nHERE = Path(__file__).resolve().parent\n"
NAMED = """
def pytest_generate_tests(metafunc):
    metafunc.parametrize("name", NAMES)
"""
ONE_NAME = "def test_{0}(name): pass\n"
EACH = "import pytest\n@pytest.mark.parametrize('name', NAMES)\ndef test_{0}(name): pass\n"
DRAWS = 100
"""So many files that two rounds which draw one of them hardly ever read the same."""

FORMATS = f"""import configparser, json, pickle, sqlite3, sys
{HERE}
connection = sqlite3.connect(HERE / "store" / "shop.db")
ROWS = [row[0] for row in connection.execute("select name from item")]
connection.close()
PICKLED = pickle.loads((HERE / "pickles" / "names.pickle").read_bytes())
TEXTS = json.loads((HERE / "texts" / "names.json").read_text())
sys.path.insert(1, str(HERE / "zips" / "packed.zip"))
import packed
parser = configparser.ConfigParser()
parser.read([HERE / "settings" / "default.cfg", HERE / "own_settings" / "user.cfg"])
NAMES = [*ROWS, *PICKLED, *TEXTS, *packed.NAMES, *parser["shop"].values()]
{EACH.format("formats")}"""  # noqa: S608 - a file of tests, not a query

OUTSIDE = f"""import importlib.metadata
{HERE}
import shop_stub
SETTINGS = Path("@OUTSIDE@/settings.ini").read_text().split()
MADE = (HERE / "made" / "table.local").read_text().split()
LINKED = (HERE / "linked" / "values.txt").read_text().split()
BESIDE = open(f"{{HERE}}/linked/../beside.txt").read().split()
NAMES = [*SETTINGS, *MADE, *LINKED, *BESIDE, *shop_stub.NAMES, importlib.metadata.version("shop-stub")]
{EACH.format("outside")}"""

TESTS: Mapping[str, str] = {
    "src/test_src.py": f"from shop.prices import NAMES\n{EACH.format('src')}",
    "cases/test_cases.py": f"""import os
{HERE}
CASES = sorted(path.stem for path in (HERE / "cases").glob("*.json"))
NAMES = CASES + sorted(name for _, _, names in os.walk(HERE / "templates") for name in names)
{EACH.format("cases")}""",
    "cases/cases/a.json": "1\n",
    "cases/cases/b.json": "2\n",
    "cases/templates/mail/hello.txt": "Hello\n",
    "cases/templates/page/index.txt": "Index\n",
    "probes/test_probes.py": f"""import os
{HERE}
NAMES = ["fast" if os.path.exists(HERE / "fast.flag") else "usual"]
NAMES += [os.readlink(HERE / "current")]
NAMES += ["executable"] * bool(os.stat(HERE / "run.sh").st_mode & 0o100)
{EACH.format("probes")}""",
    "unseen/test_unseen.py": f"""{HERE}
NAMES = ["slow" if (HERE.parent.parent / "switches" / "slow.flag").exists() else "usual"]
NAMES += [str(path.parent.name) for path in sorted((HERE / "groups").glob("*/meta.json"))]
NAMES += [f"size {{(HERE / 'sized' / 'blob.bin').stat().st_size}}"]
{EACH.format("unseen")}""",
    "probes/run.sh": "#!/bin/sh\n",
    "unseen/groups/alpha/meta.json": "{}\n",
    "unseen/groups/beta/README": "meta.json may lie here.\n",
    "unseen/sized/blob.bin": "12345",
    "names/conftest.py": """import sys
from pathlib import Path
SERVICE = Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(SERVICE / name) for name in ("gen/py", "lib", "ns_one", "ns_two")]
""",
    "names/test_names.py": f"""import late, sealed
import nsp.one, nsp.two
try:
    import speedups
except ImportError:
    NAMES = ["slow"]
else:
    NAMES = [*speedups.NAMES]
NAMES += [*late.NAMES, *sealed.NAMES, *nsp.one.NAMES, *nsp.two.NAMES]
{EACH.format("names")}""",
    "mode/conftest.py": f"""import os
if os.environ.get("SHOP_MODE") == "fast":
    from mode_fast import NAMES
else:
    from mode_slow import NAMES
{NAMED}""",
    "mode/mode_fast.py": "NAMES = ['fast']\n",
    "mode/mode_slow.py": "NAMES = ['slow']\n",
    "mode/test_mode.py": ONE_NAME.format("mode"),
    "everything/conftest.py": f"""import os
NAMES = sorted(name for name in os.environ if name.startswith("SHOP_")) or ["none"]
{NAMED}""",
    "everything/test_everything.py": ONE_NAME.format("everything"),
    "outside/made/README": "table.local is made.\n",
    "process/test_process.py": f"""import subprocess, sys
{HERE}
READ = f"print(open({{str(HERE / 'names.txt')!r}}).read())"
NAMES = subprocess.run([sys.executable, "-S", "-c", READ], capture_output=True, text=True).stdout.split()
{EACH.format("process")}""",
    "process/names.txt": "p1 p2\n",
    "spawned/worker.py": f"""{HERE}
def send(pipe):
    pipe.send((HERE / "names.txt").read_text().split())
""",
    "spawned/test_spawned.py": f"""import multiprocessing, worker
context = multiprocessing.get_context("spawn")
receiving, sending = context.Pipe(duplex=False)
process = context.Process(target=worker.send, args=(sending,))
process.start()
NAMES = receiving.recv()
process.join()
{EACH.format("spawned")}""",
    "spawned/names.txt": "s1 s2\n",
    "unstable/test_unstable.py": f"""import random
{HERE}
for _ in range(random.SystemRandom().randrange(1, 500)):
    NAMES = (HERE / "names.txt").read_text().split()
{EACH.format("unstable")}""",
    "unstable/names.txt": "u1 u2\n",
    "lottery/test_lottery.py": f"""import random
{HERE}
NAMES = random.SystemRandom().choice(sorted((HERE / "draws").iterdir())).read_text().split()
{EACH.format("lottery")}""",
    **{f"lottery/draws/{number:02}.txt": "drawn\n" for number in range(DRAWS)},
    "widgets/conftest.py": """import sys
from pathlib import Path
sys.path.insert(1, str(Path(__file__).resolve().parents[3] / "vendor" / "widgets"))
""",
    "widgets/test_widgets.py": f"from widgets.shapes import NAMES\n{EACH.format('widgets')}",
    "ignoring/conftest.py": f"""{HERE}
IGNORED = (HERE / "ignored.txt").read_text().split()
collect_ignore_glob = ["*_slow.py"]
def pytest_ignore_collect(collection_path, config):
    return True if collection_path.name in IGNORED else None
""",
    "ignoring/ignored.txt": "test_not_this.py\n",
    "ignoring/test_not_this.py": "def test_not_this(): pass\n",
    "ignoring/test_this_slow.py": "def test_this_slow(): pass\n",
    "ignoring/deep/__init__.py": "",
    "ignoring/deep/conftest.py": "import colorsys\n",
    "ignoring/deep/deeper/__init__.py": "",
    "ignoring/deep/deeper/test_deeper.py": "def test_deeper(): pass\n",
    "early/test_early.py": f"import sys\nNAMES = list(range(getattr(sys, 'shop_size', 1)))\n{EACH.format('early')}",
    "lone/test_lone.py": "def test_lone(): pass\n",
    "hashed/test_hashed.py": f"""import time
{HERE}
FIRST = next(iter({{"a", "b", "c", "d"}}))
NAMES = [*(HERE / f"{{FIRST}}.txt").read_text().split(), *(HERE / f"{{time.tzname[0]}}.txt").read_text().split()]
{EACH.format("hashed")}""",
    "flagged/test_flagged.py": f"""{HERE}
NAMES = (HERE / ("with.txt" if (HERE / "flag.local").exists() else "without.txt")).read_text().split()
NAMES += sorted((HERE / f"{{path.stem}}.txt").read_text() for path in (HERE / "listed").glob("*.local"))
NAMES += sorted(path.read_text() for path in HERE.glob("rest.txt") if not list((HERE / "listed").glob("*.local")))
{EACH.format("flagged")}""",
    **{f"flagged/{name}.txt": f"f{name}\n" for name in ("with", "without", "a", "rest")},
    "descriptors/test_descriptors.py": f"""import os
{HERE}
directory = os.open(HERE / "relative", os.O_RDONLY)
file = os.open("names.txt", os.O_RDONLY, dir_fd=directory)
NAMES = os.read(file, 1000).decode().split() + sorted(os.listdir(directory))
NAMES += sorted(name for _, _, names, _ in os.fwalk(HERE / "walked") for name in names)
os.close(file), os.close(directory)
{EACH.format("descriptors")}""",
    "chains/test_chains.py": f"""{HERE}
NAMES = (HERE / "chained.txt").read_text().split()
{EACH.format("chains")}""",
    "gits/test_gits.py": f"""{HERE}
git = HERE.parents[2] / ".git"
head = (git if git.is_dir() else Path(git.read_text().partition(": ")[2].strip())) / "HEAD"
NAMES = head.read_text().split()[:1]
{EACH.format("gits")}""",
    "piles/test_piles.py": f"""{HERE}
NAMES = sorted(path.stem for path in (HERE / "pile").glob("*.json")) or (HERE / "names.txt").read_text().split()
{EACH.format("piles")}""",
    "piles/names.txt": "p1 p2\n",
    "descriptors/relative/names.txt": "r1 r2\n",
    "descriptors/walked/a.txt": "",
    "descriptors/walked/below/b.txt": "",
    **{f"hashed/{name}.txt": f"h{name}\n" for name in ("a", "b", "c", "d", "UTC", "EST")},
}
