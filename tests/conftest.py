"""What every test shares: the optional data, a home of its own, a fixed day, and no silent skips on CI.

On CI (``CI=true``) a skipped test is a failure: an environment without a browser or strace must not look
green. The one exception is the data beside the repository, which not everyone has.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NO_SHARED = "needs the data beside the repository (../shared/data or $CITECODE_SHARED)"

_HOME = tempfile.mkdtemp(prefix="citecode-tests-")
os.environ.update(
    {
        "CITECODE_HOME": _HOME,  # no test may ever write to the home of whoever runs it
        "ANONYMIZED_TELEMETRY": "False",
        "DO_NOT_TRACK": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_OFFLINE": "1",
        "LANGCHAIN_TRACING_V2": "false",
        "LANGSMITH_TRACING": "false",
        "ORT_DISABLE_TELEMETRY": "1",
        "OTEL_SDK_DISABLED": "true",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_OFFLINE": "1",
    }
)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


def _shared_directory() -> Path | None:
    named = os.environ.get("CITECODE_SHARED")
    directory = Path(named) if named else ROOT.parent / "shared" / "data"
    return directory if directory.is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory of CMS excerpts and seed pages beside the repository; skips where there is none."""
    directory = _shared_directory()
    if directory is None:
        pytest.skip(NO_SHARED)
    return directory


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty CITECODE_HOME, this test's alone."""
    directory = tmp_path / "home"
    directory.mkdir()
    monkeypatch.setenv("CITECODE_HOME", str(directory))
    return directory


@pytest.fixture
def today() -> date:
    """The day on which the tests ask; the newest editions in corpus/facts were current on it."""
    return date(2026, 11, 22)


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CITECODE_HOME into which ``python ingest.py`` has built the index of corpus/, once for the whole run.

    Read-only by agreement: a test that writes takes a copy (``shutil.copytree``).
    """
    directory = tmp_path_factory.mktemp("built")
    run = subprocess.run(
        [sys.executable, "ingest.py"],
        cwd=ROOT,
        env={**os.environ, "CITECODE_HOME": str(directory)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert run.returncode == 0, f"python ingest.py failed:\n{run.stdout}\n{run.stderr}"
    return directory


def _fail_a_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """On CI turn a skip into a failure that carries the skip's reason."""
    if os.environ.get("CI") != "true" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if NO_SHARED not in reason:
        report.outcome = "failed"
        report.longrepr = f"Skipped, which counts as a failure on CI. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_a_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_a_skip(report)
    return report
