"""A page to look at: the app served from the checkout, and a browser that may reach nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.ui import provider

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def served(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[str, None, None]:
    """The address of the app, running on a home of its own with the corpus indexed."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(built_home, home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home.parent / "streamlit.log"
    with provider.running() as model, log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env={
                **os.environ,
                "CITECODE_HOME": str(home),
                "CITECODE_TODAY": "2026-11-22",
                "OPENAI_BASE_URL": model,
            },
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the page did not come up:\n" + log.read_text(errors="replace"))


@pytest.fixture(scope="session")
def chromium() -> Generator[Any, None, None]:
    """A running Chromium; skips where none is installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("needs chromium (make browser installs it where apt can)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, served: str) -> Generator[Any, None, None]:
    """A fresh tab at 1280 px; the test fails when it asks for anything beyond loopback or runs text."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    tab = context.new_page()
    beyond: list[str] = []
    alerts: list[str] = []
    tab.on("request", lambda r: None if _loopback(r.url) else beyond.append(r.url))
    tab.on("websocket", lambda w: None if _loopback(w.url) else beyond.append(w.url))
    tab.on("dialog", lambda d: (alerts.append(d.message), d.dismiss()))
    tab.base = served
    yield tab
    context.close()
    assert beyond == [], "the page asked for something beyond this machine"
    assert alerts == [], "text on the page was run"


def _loopback(url: str) -> bool:
    local = ("http://127.0.0.1:", "ws://127.0.0.1:", "http://localhost:", "ws://localhost:", "data:", "blob:")
    return url.startswith(local)
