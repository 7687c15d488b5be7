"""Who may import what (design section 3), by reading the source and by asking a fresh process."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import webupdate

ROOT = Path(webupdate.__file__).parent
MODULES = {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*.py")}

# Each of these names what must not be imported elsewhere, and where it may be.
ALLOWED = {
    "apprise": ("sync/support.py",),
    "peewee": ("store/",),
    "python_calamine": ("sync/sheets.py",),
    "playhouse": ("store/",),
    # The demo's shop makes its certificate authority itself; it keeps no shop's login. Doctor reads certificates,
    # a test of the connection names the one that is not trusted.
    "cryptography": ("store/", "webshop/", "sync/checkup.py", "sync/shops/certificate.py"),
    "textual": ("tui/",),
    "rich": ("tui/",),
    "watchdog": ("sync/watch.py",),
    # The engine checks that a picture is a picture, the shop trusts nobody, and both demo scripts draw.
    "PIL": ("sync/content.py", "webshop/", "northwind/"),
    "filelock": ("store/lock.py",),
    # The demo asks its own server whether it is up.
    "httpx": ("sync/shops/", "webshop/server.py"),
    "django": ("webshop/",),
    "oscar": ("webshop/",),
    "rest_framework": ("webshop/",),
    # What the two sides of the store must not know of each other.
    "webupdate.tui": ("tui/", "cli/", "demo.py"),
    "webupdate.webshop": ("webshop/", "demo.py"),
    "webupdate.cli": ("cli/", "__main__.py"),
}
# Who owns threads or waits, and why.
THREADS = {
    "clock.py": "the one place that waits; a type of its parameter",
    "sync/loop.py": "a company's loop, woken by events",
    "sync/lane.py": "the lane of pictures and documents, so that a large file never delays a price",
    "webshop/erp/contents.py": "two chunks of one file may arrive at once: a lock",
    "sync/supervisor.py": "starts the loops' threads",
    "sync/watch.py": "watchdog's thread",
    "headless.py": "the main thread waits for a signal",
    "demo.py": "the main thread waits for a signal",
    "tui/session.py": "a lock: the engine is started beside the first screen, which may be closed meanwhile",
    "tui/threads.py": "writing off the screen's thread",
    "webshop/serving.py": "the shop's process ends with its parent",
}


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported, wherever it stands; for "from a import b" both "a" and "a.b"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def importers(module: str) -> set[str]:
    """The files that import a module or something in it."""
    return {
        file
        for file, tree in MODULES.items()
        if any(name == module or name.startswith(f"{module}.") for name in imports(tree))
    }


def below(files: set[str], places: tuple[str, ...]) -> set[str]:
    return {file for file in files if file.replace("\\", "/").startswith(places)}


@pytest.mark.parametrize("module", ALLOWED)
def test_only_its_own_place_imports(module: str) -> None:
    found = importers(module)
    assert found - below(found, ALLOWED[module]) == set()


@pytest.mark.parametrize("module", [name for name in ALLOWED if not name.startswith("webupdate")])
def test_no_exception_is_left_over(module: str) -> None:
    found = importers(module)
    unused = [place for place in ALLOWED[module] if not below(found, (place,))]
    # Textual brings rich: that the screens need none of it themselves is fine. So it is with the shop's own code.
    assert unused == [] or module in ("rich", "oscar", "rest_framework", "django")


def test_the_store_knows_nothing_above_it() -> None:
    above = importers("webupdate.sync") | importers("webupdate.headless") | importers("webupdate.report")
    assert below(above, ("store/",)) == set()
    assert below(importers("webupdate.headless") | importers("webupdate.report"), ("sync/",)) == set()


def test_the_screens_meet_the_engine_in_the_store() -> None:
    """Rule 1: what they import of it is no part that does anything, but for the session that hosts it."""
    known = below(importers("webupdate.sync.loop") | importers("webupdate.sync.supervisor"), ("tui/",))
    assert known <= {"tui/session.py"}
    assert below(importers("webupdate.sync.upload") | importers("webupdate.sync.look"), ("tui/",)) == set()


def test_threads_and_waits_have_few_owners() -> None:
    assert importers("threading") == set(THREADS)
    assert importers("concurrent") == {"sync/shops/woocommerce/pool.py"}  # a request's length, sharing nothing
    assert below(importers("multiprocessing"), ("webshop/",)) == importers("multiprocessing")


def test_nothing_sleeps() -> None:
    """A sleep can't be ended by a stop. Two wait before anything runs that could be stopped: the demo for its
    starting server, and the opening of a store that another process makes at this moment."""
    sleeping = {
        file
        for file, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "sleep"
    }
    assert sleeping == {"webshop/server.py", "store/db.py"}


UNSAFE = ("CERT_NONE", "_create_unverified_context", "check_hostname", "disable_warnings")


def test_no_certificate_goes_unchecked() -> None:
    for file, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in ("verify", "verify_ssl", "ssl", "check_hostname"):
                assert not (isinstance(node.value, ast.Constant) and not node.value.value), file
            if file != "sync/shops/certificate.py":  # it looks at the certificate of a server, and says nothing to it
                assert not (isinstance(node, ast.Attribute) and node.attr in UNSAFE), file


def modules_of(package: str) -> list[str]:
    """All modules of a package, by their full names."""
    return sorted(
        "webupdate." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for file in MODULES
        if file.startswith(f"{package}/")
    )


def loaded(*modules: str) -> set[str]:
    """The top-level modules that a fresh process has after importing these."""
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, *modules], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = done.stdout.split()
    return {name.partition(".")[0] for name in names} | {name for name in names if name.startswith("webupdate.")}


@pytest.mark.parametrize("package", ["store", "sync"])
def test_the_engine_loads_no_screens(package: str) -> None:
    modules = modules_of(package)
    assert len(modules) > 10
    found = loaded(*modules)
    assert set(modules) <= found
    found -= loaded("httpx")  # it loads rich for a command of its own, where that is installed
    assert found & {"textual", "rich", "django", "oscar", "granian", "webupdate.tui", "webupdate.cli"} == set()


def test_the_command_line_and_the_service_load_no_screens() -> None:
    found = loaded("webupdate.cli", "webupdate.headless") - loaded("httpx")
    assert found & {"textual", "rich", "django", "oscar", "webupdate.tui"} == set()


def test_the_first_screen_is_painted_without_the_engine() -> None:
    """It would come half a second later: whatever it needs of the engine is imported when it is used."""
    found = loaded("webupdate.cli", "webupdate.tui.start")
    assert "webupdate.tui.companies" in found
    assert {name for name in found if name.startswith("webupdate.sync.")} <= {"webupdate.sync.text"}
    assert found & {"httpx", "PIL", "rapidfuzz", "watchdog"} == set()


def test_the_store_loads_no_engine() -> None:
    assert not [name for name in loaded(*modules_of("store")) if name.startswith("webupdate.sync")]


def test_the_demo_starts_its_shop_without_django() -> None:
    """The shop is a process of its own: this one must stay light, and must not configure Django."""
    assert loaded("webupdate.demo", "webupdate.webshop.server") & {"django", "oscar", "rest_framework"} == set()


def at_load(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is loaded: not those of functions, nor those for the type checker."""
    for statement in body:
        if isinstance(statement, ast.If | ast.Try | ast.With):
            if "TYPE_CHECKING" not in ast.dump(statement.test if isinstance(statement, ast.If) else ast.Constant(0)):
                yield from at_load([part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.stmt)])
        else:
            yield statement


def loads(file: str, names: dict[str, str]) -> set[str]:
    """The files of ours that a file loads before its own end, with the packages around them."""
    tree = ast.Module(
        [node for node in at_load(MODULES[file].body) if isinstance(node, ast.Import | ast.ImportFrom)], []
    )
    own = f"{module_name(file)}."
    wanted = {part for name in imports(tree) for part in with_packages(name) if not own.startswith(f"{part}.")}
    return {names[name] for name in wanted if name in names} - {file}


def with_packages(name: str) -> list[str]:
    """`a.b.c` as `a`, `a.b`, `a.b.c`: whoever loads it loads them."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def module_name(file: str) -> str:
    """The name that a file is imported by."""
    return "webupdate." + file.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")


def test_every_module_can_be_loaded_alone() -> None:
    """Two that load each other work only if the right one of them comes first."""
    names = {module_name(file).rstrip("."): file for file in MODULES}
    graph = {file: loads(file, names) for file in MODULES}
    while leaves := [file for file, wanted in graph.items() if not wanted & graph.keys()]:
        for file in leaves:
            del graph[file]
    assert graph == {}
