"""The rooms of the package and the rules of the house, read from the source itself."""

import ast
import re
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "pairlab"
ROOMS = (
    "errors", "units", "solution", "quantities", "numerics", "electrons", "pairing",
    "observables", "mechanisms", "data", "io", "study", "papers", "plot", "cli",
)  # fmt: skip
"""From the top down: a file imports only from its own room and from rooms before it."""

FILE_LINES, FUNCTION_LINES = 400, 70
HEAVY = ("numpy", "scipy", "xarray")
COMPILERS = ("jax", "jaxlib", "equinox", "optimistix", "lineax")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def modules(folder=SOURCE):
    """Every module of the package by its dotted name."""
    names = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        names[".".join(parts).removesuffix(".__init__")] = path
    return names


MODULES = modules()
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def room_of(module):
    return module.split(".")[1] if "." in module else ""


def only_for_types(tree):
    """The nodes below `if TYPE_CHECKING:`, which never run."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }


def imported(tree, module=""):
    """(dotted name, line) of everything imported from the package, in functions too."""
    skipped = only_for_types(tree)
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = module.split(".")[: -node.level]
                base = ".".join([*parent, *([base] if base else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else base for name in names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            # An f-string names at least its room.
            text = ast.unparse(node.args[0])
            names = re.findall(r"pairlab(?:\.\w+)*", text)
        else:
            continue
        yield from ((name, node.lineno) for name in names if name.split(".")[0] == "pairlab")


def test_every_room_is_in_the_list():
    assert {room_of(name) for name in MODULES} - {""} == set(ROOMS)


@pytest.mark.parametrize("module", [name for name in MODULES if name != "pairlab"])
def test_imports_come_from_above(module):
    place = ROOMS.index(room_of(module))
    wrong = [
        f"line {line}: {name}"
        for name, line in imported(tree_of(MODULES[module]), module)
        if room_of(name) and ROOMS.index(room_of(name)) > place
    ]
    assert not wrong


@pytest.mark.parametrize("module", [name for name in MODULES if name != "pairlab"])
def test_nothing_in_the_package_imports_its_root(module):
    found = [line for name, line in imported(tree_of(MODULES[module]), module) if name == "pairlab"]
    assert not found


def test_no_cycle():
    needs = {
        name: {n for n, _ in imported(tree_of(path), name) if n in MODULES and n != name}
        for name, path in MODULES.items()
    }
    while True:
        free = {name for name, others in needs.items() if not others & set(needs)}
        if not free:
            break
        needs = {name: others for name, others in needs.items() if name not in free}
    assert needs == {}


def test_the_walk_sees_every_kind_of_import():
    code = (
        "import pairlab\nfrom pairlab.numerics import safe\nfrom pairlab.units import parse\n"
        "def f():\n    import pairlab.cli\n    from . import sibling\n"
        "    import_module('pairlab.io.config')\n    import_module(f'pairlab.mechanisms.{x}')\n"
        "if TYPE_CHECKING:\n    from pairlab.plot import figures\nimport numpy\n"
    )
    found = {name for name, _ in imported(ast.parse(code), "pairlab.study.sweep")}
    wanted = ["numerics.safe", "units", "cli", "study", "io.config", "mechanisms"]
    assert found == {"pairlab", *(f"pairlab.{name}" for name in wanted)}


def roots(tree):
    """The packages that a file imports anything from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_compiled(module):
    assert not set(roots(tree_of(MODULES[module]))) & set(COMPILERS)


def test_the_middle_of_the_house_knows_no_special_file():
    module = "pairlab.pairing.problem"
    names = {name for name, _ in imported(tree_of(MODULES[module]), module)}
    assert names <= {"pairlab.solution", "pairlab.pairing.solved"}


def test_import_pairlab_loads_nothing_heavy():
    code = f"import sys, pairlab; print(*[m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_public_names_exist_and_unknown_ones_do_not():
    import pairlab

    for name in pairlab.__all__:
        assert getattr(pairlab, name) is not None
    assert set(pairlab.__all__) < set(dir(pairlab))
    with pytest.raises(AttributeError, match="no attribute 'superstripes_'"):
        _ = pairlab.superstripes_


def test_public_names_stay_what_they_are_whatever_is_imported_first():
    # A folder and a public name may be called the same: importing the one must not hide the other.
    code = (
        "import sys\nfrom importlib import import_module\nimport pairlab as pl\n"
        f"for name in {[name for name in MODULES if name != 'pairlab']}: import_module(name)\n"
        "print(*(n for n in pl.__all__ if type(getattr(pl, n)) is type(sys)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("module", MODULES)
def test_files_and_functions_stay_short(module):
    text = MODULES[module].read_text(encoding="utf-8")
    assert len(text.splitlines()) <= FILE_LINES
    for node in ast.walk(tree_of(MODULES[module])):
        if isinstance(node, FUNCTIONS):
            assert node.end_lineno - node.lineno + 1 <= FUNCTION_LINES, node.name


@pytest.mark.parametrize("module", MODULES)
def test_what_is_public_says_what_it_is(module):
    tree = tree_of(MODULES[module])
    assert ast.get_docstring(tree)
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def _checks_something(node, helpers):
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            return True
        if isinstance(inner, ast.Call):
            name = ast.unparse(inner.func)
            if name in ("pytest.raises", "pytest.warns") or ".assert_" in name or name in helpers:
                return True
            if any(k.arg == "check" and ast.unparse(k.value) == "True" for k in inner.keywords):
                return True  # a process that has to succeed, with the assertions in its code
    return False


@pytest.mark.parametrize("path", TESTS, ids=lambda p: str(p.relative_to(ROOT / "tests")))
def test_every_test_can_fail(path):
    functions = [n for n in ast.walk(tree_of(path)) if isinstance(n, FUNCTIONS)]
    helpers = {
        f.name for f in functions if not f.name.startswith("test_") and _checks_something(f, ())
    }
    tests = [f for f in functions if f.name.startswith("test_")]
    assert tests
    assert [f.name for f in tests if not _checks_something(f, helpers)] == []
    names = [f.name for f in tree_of(path).body if isinstance(f, FUNCTIONS)]
    repeated = [one for one, other in pairwise(sorted(names)) if one == other]
    assert repeated == []  # the first of two would never run


def tracked_files():
    """What the repository holds; without git, what an unpacked source distribution holds."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        names = [ROOT / name for name in done.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [p for folder in ("src", "tests") for p in (ROOT / folder).rglob("*.*")]
    return [path for path in names if path.is_file() and "__pycache__" not in path.parts]


FOLDERS = "|".join(("home", "root", "Users", "work", "tmp", "mnt", "opt", "private"))
FORBIDDEN = {
    "an absolute path": re.compile(rf"(?<![\w./:*{{}}\-])/(?:{FOLDERS})/\w|\b[A-Z]:\\\\?Users\b"),
    "a package registry": re.compile(
        r"pypi\." r"org|python" r"hosted\.org|index-url[ =]+\S*:/|/simple" r"/?(?:\s|$)"
    ),
}


def test_the_search_for_paths_finds_them():
    path = FORBIDDEN["an absolute path"]
    assert path.search('open("/' + 'home/ann/x.toml")')
    assert path.search("cd /" + "tmp/x")
    assert not path.search("https://example.org/" + "home/x")
    assert not path.search("src/" + "work/x")
    assert FORBIDDEN["a package registry"].search("https://pypi" + ".org/simple")


def test_no_local_paths_and_no_registry_addresses_are_tracked():
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for kind, pattern in FORBIDDEN.items():
            found += [
                f"{path.relative_to(ROOT)}, line {number}: {kind}"
                for number, line in enumerate(text.splitlines(), 1)
                if pattern.search(line)
            ]
    assert found == []
