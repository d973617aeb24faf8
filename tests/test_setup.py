"""The set-up: what is pinned, what the files promise, and that a skip is a failure on CI."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def _required() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in extra)]
    return [wanted for wanted in map(Requirement, texts) if canonicalize_name(wanted.name) != "citecode"]


@pytest.mark.parametrize("wanted", _required(), ids=lambda wanted: wanted.name)
def test_each_requirement_has_a_pin_that_satisfies_it(wanted: Requirement) -> None:
    assert wanted.specifier.contains(_pins()[canonicalize_name(wanted.name)])


def test_what_is_installed_is_what_is_pinned() -> None:
    pins = _pins()
    installed = {
        canonicalize_name(found.name): found.version.partition("+")[0]
        for found in importlib.metadata.distributions()
    }
    wrong = {name: version for name, version in installed.items() if pins.get(name, version) != version}
    assert not wrong, f"installed beside the pins: {wrong}"


def test_every_runtime_dependency_of_the_environment_is_pinned() -> None:
    """Whatever the requirements pull in has a line in constraints.txt; else pip would choose for itself.

    What torch's build for CUDA brings along is left out: torch pins it, and the CPU build brings none of it.
    """
    pins = _pins()
    seen: set[str] = set()
    waiting = [str(canonicalize_name(Requirement(text).name)) for text in PROJECT["dependencies"]]
    while waiting:
        name = waiting.pop()
        if name in seen or re.match("nvidia-|cuda-|triton", name):
            continue
        seen.add(name)
        assert name in pins, f"{name} has no line in constraints.txt"
        for text in importlib.metadata.requires(name) or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                waiting.append(str(canonicalize_name(wanted.name)))


def test_torch_is_pinned_in_the_requirements_themselves() -> None:
    assert "torch==2.13.0" in PROJECT["dependencies"]


def test_no_set_up_file_names_a_host_or_a_path_of_a_machine() -> None:
    for name in ("pyproject.toml", "constraints.txt", "Makefile", ".ci/run", ".streamlit/config.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://([\w.-]+)", text)) - {"localhost"}
        assert not addresses, f"{name} names {addresses}"
        assert not re.search(r"(?:^|[\s\"'=])/(?:root|work|opt|home)/\w", text), (
            f"{name} names a machine's path"
        )
        assert "index-url" not in text


def test_the_page_listens_on_loopback_and_asks_for_no_address() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["headless"] is True
    assert config["server"]["showEmailPrompt"] is False
    assert config["server"]["fileWatcherType"] == "none"
    assert config["browser"]["gatherUsageStats"] is False


def test_the_makefile_has_the_targets_of_the_contract() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", text, flags=re.MULTILINE))
    assert {"install", "run", "test", "check", "eval", "bench"} <= targets


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = (
        "chromadb torch sentence_transformers openvino onnxruntime langchain langchain_core streamlit numpy"
    )
    code = f"import sys, assistant; print([name for name in {heavy.split()} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


SKIPPING = """
import pytest

def test_passes(): pass
def test_skips(): pytest.skip("no browser here")
def test_without_shared(shared): pass
"""


@pytest.mark.parametrize(
    ("ci", "line"), [("true", "1 failed, 1 passed, 1 skipped"), ("", "1 passed, 2 skipped")]
)
def test_on_ci_a_skip_is_a_failure_unless_it_is_for_the_shared_data(
    tmp_path: Path, ci: str, line: str
) -> None:
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "tests" / "test_it.py").write_text(SKIPPING, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "CITECODE_SHARED": str(tmp_path / "absent")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert line in run.stdout, run.stdout + run.stderr
    assert run.returncode == (1 if ci else 0)
    assert ("no browser here" in run.stdout) == bool(ci)


def test_on_ci_a_module_that_skips_itself_is_a_failure(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\npytest.importorskip('no_such_module')\ndef test_a(): pass\n", encoding="utf-8"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert "counts as a failure on CI" in run.stdout


EMBED_THEN_IMPORT = """
import sys
from pathlib import Path
from assistant.retrieval.embed import Embedder
print(Embedder.open(Path(sys.argv[1])).queries(["mechanical traction"]).shape, "openvino" in sys.modules)
try:
    import openvino_telemetry
except ImportError:
    print("barred")
"""


def test_the_telemetry_of_openvino_cannot_be_imported_once_text_was_embedded(built_home: Path) -> None:
    """openvino requires a package that reports its use; the one file that imports openvino bars it first."""
    run = subprocess.run(
        [sys.executable, "-c", EMBED_THEN_IMPORT, str(built_home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.splitlines() == ["(1, 384) True", "barred"], run.stdout + run.stderr


def test_the_wheel_answers_a_ruled_question_away_from_the_checkout(home: Path, tmp_path: Path) -> None:
    """The wheel carries its own copy of corpus/; nothing of it is read from the checkout."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("citecode-*.whl")
    elsewhere = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(elsewhere)
    assert (elsewhere / "assistant" / "corpus" / "sources.yaml").is_file()
    run = subprocess.run(
        [sys.executable, "-m", "assistant", "ask", "--json", "can I bill 97012 with 51?"],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(elsewhere)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert (answer["status"], answer["verdict"]) == ("ruled", "no")
