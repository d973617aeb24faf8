"""Nothing leaves this machine: seen in the system calls, for native code never passes Python's ``socket``.

Each front is run under strace as a user would run it: ``CI`` unset (it silences some libraries), none of the
variables that switch telemetry off, an empty home. Connecting, or sending a datagram, is allowed to loopback
and to local sockets; asking a name server counts as leaving even where a resolver listens on loopback.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
CALLS = "connect,sendto,sendmsg,sendmmsg,bind,io_uring_setup"
SILENCERS = re.compile(
    r"CI|DO_NOT_TRACK|ANONYMIZED_TELEMETRY|(CHROMA|HF|TRANSFORMERS|LANGCHAIN|LANGSMITH|LANGGRAPH|ORT|OTEL"
    r"|STREAMLIT|TOKENIZERS|OPENVINO|CITECODE|PYTEST)_.*|GITHUB_.*"
)
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.timeout(600)


def calls_that_leave(trace: str, *, listening: bool = False) -> list[str]:
    """The lines of an strace log that reach, or try to reach, beyond this machine.

    With ``listening`` also those that bind an address that others could reach.
    """
    found = []
    for line in trace.splitlines():
        call = re.match(r"(?:\d+\s+)?(\w+)\(", line)
        if call is None or (call[1] == "bind" and not listening):
            continue
        # A ring takes its calls out of sight: what goes through it could not be vouched for.
        hidden = call[1] == "io_uring_setup" and not re.search(r"= -1 ", line)
        addresses = re.findall(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"', line)
        outside = any(not _local(address) for address in addresses)
        ports = re.findall(r"sin6?_port=htons\((\d+)\)", line)
        names = "53" in ports or "853" in ports or re.search(r'sun_path=@?"[^"]*resolve', line)
        if hidden or outside or names:
            found.append(line)
    return found


def _local(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed.is_loopback


CONNECT = "17 connect(5, {sa_family=AF_INET, sin_port=htons(%s), sin_addr=inet_addr(%s)}, 16) = 0"


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        (CONNECT % (443, '"192.0.2.7"'), True),
        (CONNECT % (8501, '"127.0.0.1"'), False),
        (CONNECT % (53, '"127.0.0.53"'), True),
        (
            "17 connect(3, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), "
            'inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28 <unfinished ...>',
            False,
        ),
        (
            "17 connect(3, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), "
            'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 ENETUNREACH',
            True,
        ),
        (
            '17 sendto(4, ""..., 33, 0, {sa_family=AF_INET, sin_port=htons(8125), '
            'sin_addr=inet_addr("198.51.100.1")}, 16) = 33',
            True,
        ),
        ('17 connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT', False),
        (
            '17 connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) = 0',
            True,
        ),
        ('17 sendto(9, ""..., 1, 0, NULL, 0) = 1', False),
        ("17 io_uring_setup(64, {flags=0, sq_thread_cpu=0}) = 7", True),
        (
            '17 bind(9, {sa_family=AF_INET, sin_port=htons(8501), sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
            True,
        ),
        (
            '17 bind(9, {sa_family=AF_INET, sin_port=htons(8501), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
            False,
        ),
    ],
)
def test_a_call_that_leaves_is_told_from_one_that_stays(line: str, leaves: bool) -> None:
    assert bool(calls_that_leave(line, listening=True)) == leaves


def _command(log: Path, command: list[str]) -> list[str]:
    # libuv, under the page's server, asks for a ring; refused one, it makes calls that can be watched.
    watch = ["-e", f"trace={CALLS}", "-e", "inject=io_uring_setup:error=ENOSYS"]
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "0", *watch, "-o", str(log), *command]


@pytest.fixture(scope="module")
def strace(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where system calls cannot be watched; fails where strace runs and sees nothing."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: system calls cannot be watched")
    log = tmp_path_factory.mktemp("strace") / "log"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port})).close()"
        run = subprocess.run(
            _command(log, [sys.executable, "-c", code]),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    if "ptrace" in run.stderr.lower() and "not permitted" in run.stderr.lower():
        pytest.skip("strace may not trace here (ptrace is not permitted)")
    assert run.returncode == 0, run.stderr
    assert f"sin_port=htons({port})" in log.read_text(encoding="utf-8"), (
        "strace missed a connection it was shown"
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of someone who set nothing, with an empty home."""
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not SILENCERS.fullmatch(name)}
    return {**kept, "HOME": str(home), "CITECODE_HOME": str(home / "citecode")}


def _traced(log: Path, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    run = subprocess.run(
        _command(log, command),
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run


@pytest.fixture(scope="module")
def ingested(strace: None, plain: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The system calls of a new user's first ``python ingest.py``; the later tests go on in that home."""
    log = tmp_path_factory.mktemp("ingest") / "log"
    _traced(log, [sys.executable, "ingest.py"], plain)
    return log.read_text(encoding="utf-8")


def test_ingesting_stays_on_this_machine(ingested: str) -> None:
    assert calls_that_leave(ingested) == []


@pytest.mark.parametrize(
    "question", ["can I bill 97012 with 51?", "what conditions is mechanical traction used for?"]
)
def test_asking_stays_on_this_machine(
    ingested: str, plain: dict[str, str], tmp_path: Path, question: str
) -> None:
    run = _traced(tmp_path / "log", [sys.executable, "-m", "assistant", "ask", question], plain)
    assert run.stdout.strip()
    assert calls_that_leave((tmp_path / "log").read_text(encoding="utf-8")) == []


@contextmanager
def _page(log: Path, environment: dict[str, str]) -> Iterator[str]:
    """The chat page under strace; gives its address and stops it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    output = log.with_suffix(".out")
    with output.open("w") as out:
        server = subprocess.Popen(
            _command(log, serve),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            assert server.poll() is None, output.read_text(encoding="utf-8")
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.25)
        else:
            pytest.fail(f"the page did not come up:\n{output.read_text(encoding='utf-8')}")
        yield address
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(timeout=20)


def test_the_page_and_its_server_stay_on_this_machine(
    ingested: str, plain: dict[str, str], tmp_path: Path
) -> None:
    """A question is asked in a real browser; neither the server nor the page it serves reaches elsewhere."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed: the page cannot be opened")
    from playwright.sync_api import sync_playwright

    log = tmp_path / "log"
    requested: list[str] = []
    with _page(log, plain) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        page = browser.new_page()
        page.on("request", lambda request: requested.append(request.url))
        page.on("websocket", lambda opened: requested.append(opened.url))
        page.goto(address)
        box = page.get_by_test_id("stChatInputTextArea")
        box.wait_for(timeout=60_000)
        box.fill("can I bill 97012 with 51?")
        box.press("Enter")
        page.get_by_text("No", exact=True).first.wait_for(timeout=60_000)
        page.wait_for_timeout(2_000)  # usage statistics are sent after the answer
        browser.close()
    assert requested
    elsewhere = [url for url in requested if urlsplit(url).hostname not in (None, "127.0.0.1", "localhost")]
    assert elsewhere == []
    assert calls_that_leave(log.read_text(encoding="utf-8"), listening=True) == []
