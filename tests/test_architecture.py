"""Holds the arrows of ARCHITECTURE.md, by reading the imports of both sides."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "pwa" / "src"

WEB = {"flask", "flask_smorest", "flask_socketio", "werkzeug", "webargs"}
STORAGE = {"apsw", "sqlite3", "sqlalchemy", "pycouchdb"}
ATTICS = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "shared", "lib"}
# Modules that promise to be pure besides those called rules.
PURE = (
    "server/encounters/fold.py",
    "server/encounters/folding/*.py",
    "server/encounters/identity_number.py",
    "server/catalogue/evaluate_score.py",
    "server/catalogue/score_kinds/*.py",
    "server/catalogue/vital_limits.py",
    "server/treatments/clocks.py",
)
CLOCK_READERS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports_of(path: Path) -> set[str]:
    """Full names of all modules that a file imports at run time, wherever in the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    typing_only = {id(child) for node in ast.walk(tree) if is_type_checking(node) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                module = ".".join([*relative_base(path, node.level), *filter(None, [module])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def relative_base(path: Path, level: int) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts[:-level]


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def tops_of(path: Path) -> set[str]:
    return {module.split(".", 1)[0] for module in imports_of(path)}


def breaches(files: list[Path], forbidden: set[str]) -> list[str]:
    """Files that import a forbidden top-level package."""
    return [f"{name_of(path)} imports {sorted(bad)}" for path in files if (bad := tops_of(path) & forbidden)]


def is_routes(module: str) -> bool:
    return module.split(".")[-1].endswith("routes")


def pure_files() -> list[Path]:
    files = [path for path in python_files("server") if path.stem == "rules"]
    for pattern in PURE:
        files += ROOT.glob(pattern)
    return sorted(set(files))


def test_sync_knows_no_flask_and_no_medicine() -> None:
    files = python_files("sync")
    assert files
    assert breaches(files, {"server", "ocr", "wsgi"} | WEB) == []


def test_ocr_knows_no_flask_and_no_storage() -> None:
    assert breaches(python_files("ocr"), {"server", "sync", "wsgi"} | WEB | STORAGE) == []


def test_nobody_imports_the_entry() -> None:
    assert breaches(python_files("server", "sync", "ocr"), {"wsgi", "tests"}) == []


def test_rules_are_pure_of_flask_and_storage() -> None:
    files = pure_files()
    assert len(files) >= 5
    assert breaches(files, WEB | STORAGE | {"gevent", "requests", "sync"}) == []
    impure = [
        f"{name_of(path)} imports {module}"
        for path in files
        for module in imports_of(path)
        if module.startswith("server.") and (is_routes(module) or re.search(r"\.(hub|store|live|clock\.now)$", module))
    ]
    assert impure == []


def clock_readings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            owner_name = (
                owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            )
            if (owner_name, node.func.attr) in CLOCK_READERS:
                yield f"{name_of(path)}:{node.lineno} reads {owner_name}.{node.func.attr}()"


def test_only_the_clock_reads_the_time_of_day() -> None:
    files = [path for path in python_files("server") if name_of(path) != "server/clock.py"]
    assert [reading for path in files for reading in clock_readings(path)] == []


def test_routes_reach_storage_through_a_store() -> None:
    files = [path for path in python_files("server") if path.stem.endswith("routes")]
    assert files
    assert breaches(files, STORAGE) == []


def test_stores_know_no_flask() -> None:
    files = [path for path in python_files("server", "sync") if path.stem.endswith("store")]
    assert files
    assert breaches(files, WEB) == []


def test_routes_are_imported_by_nobody_but_their_own_room() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in python_files("server", "sync", "ocr")
        for module in imports_of(path)
        if module.startswith("server.")
        and is_routes(module)
        and module.split(".")[1] != path.relative_to(ROOT).parts[1]
    ]
    assert wrong == []


def test_there_is_no_attic() -> None:
    folders = [ROOT / "server", ROOT / "sync", ROOT / "ocr", APP]
    attics = [name_of(path) for folder in folders for path in folder.rglob("*") if path.stem.lower() in ATTICS]
    assert attics == []


# --- the app

IMPORT = re.compile(
    r"""(?:^|[\s;])(?:import|export)\s[^'"();]*?from\s*['"]([^'"]+)['"]|import\s*\(?\s*['"]([^'"]+)['"]"""
)
COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"])//[^\n]*", re.DOTALL)


def app_files(*suffixes: str) -> list[Path]:
    return sorted(path for path in APP.rglob("*") if path.suffix in suffixes and ".test." not in path.name)


def app_imports(path: Path) -> set[str]:
    """What a file imports: a package's name, or the path of a file below pwa/src (or outside, with ..)."""
    found = set()
    for match in IMPORT.finditer(COMMENT.sub("", path.read_text(encoding="utf-8"))):
        target = match[1] or match[2]
        if target.startswith("@/"):
            target = "src/" + target[2:]
        elif target.startswith("."):
            resolved = (path.parent / target).resolve()
            target = "src/" + str(resolved.relative_to(APP)) if resolved.is_relative_to(APP) else f"outside:{resolved}"
        found.add(target)
    return found


def rooms_of(path: Path) -> set[str]:
    """Folders of pwa/src that a file imports from."""
    return {target.split("/")[1] for target in app_imports(path) if target.startswith("src/")}


def app_breaches(files: list[Path], allowed_rooms: set[str]) -> list[str]:
    return [f"{name_of(path)} imports {sorted(bad)}" for path in files if (bad := rooms_of(path) - allowed_rooms)]


def in_room(*rooms: str) -> list[Path]:
    return [path for path in app_files(".ts", ".vue") if path.relative_to(APP).parts[0] in rooms]


@pytest.mark.parametrize("room", ["design", "device"])
def test_design_and_device_import_no_room(room: str) -> None:
    files = in_room(room)
    assert files
    assert app_breaches(files, {"design", "device", "language"}) == []


def test_the_apps_rules_are_pure() -> None:
    names = {"rules.ts", "fold.ts", "identity_number.ts", "evaluate_score.ts", "vital_limits.ts", "clocks.ts"}
    files = [path for path in app_files(".ts") if path.name in names]
    assert len(files) >= 4
    impure = [
        f"{name_of(path)} imports {target}"
        for path in files
        for target in app_imports(path)
        if re.search(r"^(vue|pouchdb|idb|socket\.io)|\.vue$|/store(\.ts)?$|^src/(sync|design|device|shell)/", target)
    ]
    assert impure == []
    with_clock = [name_of(path) for path in files if re.search(r"\bDate\.now\(|new Date\(\)", path.read_text())]
    assert with_clock == []


def test_screens_reach_storage_and_the_network_through_a_store() -> None:
    screens = app_files(".vue")
    assert screens
    wrong = [
        f"{name_of(path)} imports {target}"
        for path in screens
        for target in app_imports(path)
        if re.match(r"pouchdb|idb$|socket\.io|transform-pouch", target)
    ]
    wrong += [f"{name_of(path)} fetches by itself" for path in screens if re.search(r"\bfetch\(", path.read_text())]
    assert wrong == []


def test_the_courier_knows_no_screen() -> None:
    wrong = [
        f"{name_of(path)} imports {target}"
        for path in in_room("sync")
        for target in app_imports(path)
        if target.endswith(".vue") or target.startswith(("src/shell/", "src/design/"))
    ]
    assert wrong == []


def test_the_app_reaches_the_hub_over_http_only() -> None:
    wrong = [
        f"{name_of(path)} imports {target}"
        for path in app_files(".ts", ".vue")
        for target in app_imports(path)
        if target.startswith("outside:") and not target.startswith(f"outside:{ROOT / 'static' / 'catalogue'}")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import { a } from './b'", {"src/room/b"}),
        ("import x, {\n  y,\n} from '@/sync/z'", {"src/sync/z"}),
        ("const s = await import('../board/S.vue')", {"src/board/S.vue"}),
        ("export { q } from 'vue'", {"vue"}),
        ("// import { a } from './b'\n", set()),
        ("import 'side-effect'", {"side-effect"}),
    ],
)
def test_the_reader_of_imports_sees_every_form(
    tmp_path: Path, text: str, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.test_architecture.APP", tmp_path)
    file = tmp_path / "room" / "file.ts"
    file.parent.mkdir()
    file.write_text(text)
    assert app_imports(file) == expected
