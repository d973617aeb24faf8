"""An ingest that is killed, two at once, and one under an open page: the index is always one whole build."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from assistant.retrieval import builds
from assistant.retrieval.embed import Embedder
from assistant.retrieval.index import Index, current
from assistant.retrieval.search import Search
from tests.retrieval.conftest import built, written

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("CITECODE_KILLS", "6"))

LOOP = """
import os, sys
from pathlib import Path
from assistant.retrieval import builds
from assistant.retrieval.embed import Embedder
from tests.retrieval.conftest import written
folder = Path(sys.argv[1])
embedder = Embedder.open(Path(os.environ["CITECODE_HOME"]))
print("ready", flush=True)
while True:
    for version in ("old", "new"):
        with builds.writing(folder / "index"):
            builds.build(folder / "index", written(folder / version, %r[version]), embedder)
"""


def texts(word: str, count: int) -> dict[str, str]:
    body = " ".join(
        f"Rule {n} of {{0}} says that {word} is counted in units of {n} minutes." for n in range(8)
    )
    return {f"{word}-{i}.md": f"# About {word} {i}\n\n{body.format(i)}" for i in range(count)} | {
        "both.md": f"# Both\n\nThe current word is {word}."
    }


VERSIONS = {"old": texts("traction", 6), "new": texts("massage", 9)}


def check_whole(folder: Path, embedder: Embedder) -> str:
    """Every document, chunk and vector of exactly one version; returns which."""
    index = Index.open(folder, embedder)
    try:
        version = "old" if "traction-0.md" in index.names else "new"
        assert {n: index.document(n).text for n in index.names} == VERSIONS[version]
        rows, _ = index.nearest(index.vectors[0], len(index))
        assert sorted(rows.tolist()) == list(range(len(index))), "no chunk missing or twice"
        for row in range(len(index)):
            again = embedder.queries([index.document(index.entry(row).name).title])
            assert again.shape == (1, index.manifest.width)
        return version
    finally:
        index.close()


def test_killed_at_random_points(tmp_path: Path, embedder: Embedder) -> None:
    chance = random.Random(51)
    built(tmp_path / "index", written(tmp_path / "old", VERSIONS["old"]), embedder)
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", LOOP % VERSIONS, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert child.stdout is not None
        with child.stdout:
            child.stdout.readline()
            time.sleep(chance.uniform(0.0, 1.2))
            child.send_signal(signal.SIGKILL)
            child.wait()
        check_whole(tmp_path / "index", embedder)
    built(tmp_path / "index", written(tmp_path / "old", VERSIONS["old"]), embedder)
    assert check_whole(tmp_path / "index", embedder) == "old"
    left = [p.name for p in (tmp_path / "index" / "builds").iterdir()]
    assert left == [current(tmp_path / "index")], "what killed ingests left is swept away"


def test_two_at_once_both_end_whole(tmp_path: Path, embedder: Embedder) -> None:
    inputs = {v: written(tmp_path / v, VERSIONS[v]) for v in VERSIONS}
    failed: list[BaseException] = []

    def writer(version: str) -> None:
        try:
            for _ in range(3):
                built(tmp_path / "index", inputs[version], embedder)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=writer, args=(v,)) for v in VERSIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    check_whole(tmp_path / "index", embedder)


def test_an_open_page_sees_one_build_or_the_other(tmp_path: Path, embedder: Embedder) -> None:
    inputs = {v: written(tmp_path / v, VERSIONS[v]) for v in VERSIONS}
    built(tmp_path / "index", inputs["old"], embedder)
    search = Search(Index.open(tmp_path / "index", embedder))
    failed: list[BaseException] = []
    done = threading.Event()

    def writer() -> None:
        try:
            for n in range(6):
                built(tmp_path / "index", inputs["new" if n % 2 == 0 else "old"], embedder)
        except BaseException as error:
            failed.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=writer)
    thread.start()
    asked = 0
    while not done.is_set():
        words = {
            p.quote.split("word is ")[1] for p in search.find("the current word", k=3) if "word is" in p.quote
        }
        assert words <= {"traction.", "massage."} and len(words) == 1
        asked += 1
    thread.join()
    assert not failed and asked > 3
    assert search.find("the current word")[0].quote.endswith("traction.")
    with builds.writing(tmp_path / "index"):
        builds.build(tmp_path / "index", inputs["new"], embedder)
    assert search.find("the current word")[0].quote.endswith("massage."), "picked up by itself"
