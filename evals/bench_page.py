"""`python -m evals.bench_page`: sessions that ask the page at once, and how long the server takes.

The app is served from this checkout on a home of its own; each session is a web socket that speaks the page's protocol,
asks, waits until the server's run of the page is finished, and asks again. Counted: asks, errors, answers to somebody
else's question (cross-talk), and seconds from the question sent to the run finished. The sessions run in this process, so
that a browser's drawing is not in the figures; they share the cores with the server."""

from __future__ import annotations

import argparse
import itertools
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CODES = "97012 97110 97112 97116 97124 97140 97530 97535 97035 97014 98940 98941 29881 99213 20610".split()
ASKS = (
    "can I bill {} with modifier 51?",
    "is {} timed?",
    "how many units of {} may be billed in a day?",
    "what does the note for {} have to say?",
    "can {} be billed with 59?",
)
"""The fourth is decided by no rule: it searches the documents."""


@dataclass
class Session:
    """One reader. `seconds`: of each ask; `wrong`: what was seen that should not be."""

    number: int
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def run(self, port: int, until: float, pause: float, barrier: threading.Barrier) -> None:
        from websockets.sync.client import connect

        try:
            with connect(
                f"ws://127.0.0.1:{port}/_stcore/stream",
                subprotocols=["streamlit"],  # type: ignore[list-item]
                origin=f"http://localhost:{port}",  # type: ignore[arg-type]
                max_size=None,
                open_timeout=60,
            ) as link:
                box = _first(link)
                barrier.wait(120)
                mine: list[str] = []
                end = time.monotonic() + until
                for n in itertools.count():
                    if time.monotonic() > end:
                        return
                    code = CODES[(3 * self.number + n) % len(CODES)]
                    mine.append(
                        f"{ASKS[(self.number + n) % len(ASKS)].format(code)} (reader {self.number}, {n})"
                    )
                    start = time.perf_counter()
                    shown, problems = _ask(link, box, mine[-1])
                    self.seconds.append(time.perf_counter() - start)
                    self.wrong += problems
                    if mine[-1] not in shown:
                        self.wrong.append(f"not answered: {mine[-1]}")
                    self.wrong += [f"not mine: {question}" for question in shown if question not in mine]
                    time.sleep(pause)
                    if n % 5 == 4:  # a new conversation, or each page grows longer than a reader's would
                        box, mine = _first(link), []
        except Exception as error:
            self.wrong.append(f"{type(error).__name__}: {error}")
            barrier.abort()


def _first(link: Any) -> str:
    """Open the page anew; the id of its question box."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    message.rerun_script.query_string = ""
    link.send(message.SerializeToString())
    for box, _, _ in _until_finished(link):
        if box:
            found = box
    return found


def _ask(link: Any, box: str, question: str) -> tuple[set[str], list[str]]:
    """(the questions the answers shown are to, what went wrong)."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    state = message.rerun_script.widget_states.widgets.add()
    state.id = box
    state.chat_input_value.data = question
    link.send(message.SerializeToString())
    shown: set[str] = set()
    problems: list[str] = []
    for _, body, problem in _until_finished(link):
        if 'class="cc-a"' in body:
            shown |= set(re.findall(r'<h2 class="cc-q">([^<]*)</h2>', body))
        if problem:
            problems.append(problem)
    return shown, problems


def _until_finished(link: Any) -> Iterator[tuple[str, str, str]]:
    """(id of a question box, body of an HTML element, an error) of each message, until the run of the page ends."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    while True:
        message = ForwardMsg()
        message.ParseFromString(link.recv(timeout=60))
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                yield "", "", "the page does not compile"
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            what = element.WhichOneof("type")
            yield (
                element.chat_input.id if what == "chat_input" else "",
                element.html.body if what == "html" else "",
                element.alert.body
                if what == "alert" and element.alert.format == element.alert.ERROR
                else element.exception.message
                if what == "exception"
                else "",
            )


@contextmanager
def served(home: Path) -> Iterator[int]:
    """The page on a free port; its index is built first."""
    environment = {**os.environ, "CITECODE_HOME": str(home), "CITECODE_TODAY": "2026-11-22"}
    subprocess.run(
        [sys.executable, "ingest.py", "--quiet"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                    break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def main() -> int:
    p = argparse.ArgumentParser(prog="python -m evals.bench_page", description=__doc__)
    p.add_argument("--sessions", type=int, default=10)
    p.add_argument("--seconds", type=float, default=60.0)
    p.add_argument(
        "--pause", type=float, default=1.0, help="seconds a reader reads before the next question (0: none)"
    )
    args = p.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "home") as port:
        warm = Session(99)
        warm.run(port, 0.5, 0.0, threading.Barrier(1))
        sessions = [Session(n) for n in range(args.sessions)]
        barrier = threading.Barrier(args.sessions)
        threads = [
            threading.Thread(target=s.run, args=(port, args.seconds, args.pause, barrier)) for s in sessions
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    seconds = sorted(s for session in sessions for s in session.seconds)
    wrong = [w for session in (warm, *sessions) for w in session.wrong]
    if not seconds:
        print("nothing was answered:", *wrong[:5], sep="\n  ")
        return 1

    def at(share: float) -> float:
        return seconds[min(len(seconds) - 1, int(share * len(seconds)))]

    print(
        f"page, {args.sessions} sessions at once for {args.seconds:.0f} s, {args.pause:g} s between an answer and the next question, "
        f"{os.cpu_count()} cores: {len(seconds)} asks, p50 {at(0.5):.2f} s, p95 {at(0.95):.2f} s, worst {seconds[-1]:.2f} s; "
        f"errors and cross-talk: {len(wrong)}"
    )
    for line in wrong[:10]:
        print(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
