"""`python ingest.py`, run as people run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import audit
from assistant.retrieval.index import Index

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus" / "documents"
    folder.mkdir(parents=True)
    (folder / "traction.md").write_text(
        "---\nsource: citecode-corpus\n---\n# Traction\n\n97012 is traction.\n"
    )
    (folder / "manual.md").write_text(
        "---\nsource: citecode-corpus\n---\n# Manual\n\n97140 is manual therapy.\n"
    )
    return folder


def ingest(*args: object) -> subprocess.CompletedProcess[str]:
    env = {**os.environ}  # the run's home: the model is converted there once
    words = [str(a) for a in args]
    return subprocess.run(
        [sys.executable, "ingest.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )


def test_corpus_then_own_documents(tmp_path: Path, corpus: Path) -> None:
    index, here = ("--index", tmp_path / "index"), ("--corpus", corpus.parent)
    first = ingest(*index, *here)
    assert first.returncode == 0 and "2 added, 0 changed, 0 removed, 0 unchanged" in first.stdout, (
        first.stderr
    )
    note = tmp_path / "note.txt"
    note.write_text("Our clinic bills traction once a day.")
    assert "1 added" in ingest(*index, note).stdout
    (corpus / "manual.md").unlink()
    again = ingest(*index, *here)
    assert "0 added, 0 changed, 1 removed, 2 unchanged" in again.stdout, "the user's document is kept"
    note.write_text("Our clinic bills traction twice a day.")
    assert "1 changed" in ingest(*index, note).stdout
    listed = ingest(*index, "--list").stdout.splitlines()
    assert [line.split("\t")[0] for line in listed] == ["traction", "note.txt"]
    assert "1 removed" in ingest(*index, "--remove", "note.txt").stdout
    assert ingest(*index, "--remove", "note.txt").returncode == 1


def test_own_documents_alone(tmp_path: Path) -> None:
    (tmp_path / "only.md").write_text("# Only\n\nThis alone is held.")
    done = ingest(
        "--index", tmp_path / "index", tmp_path / "only.md", "--title", "The only one", "--payer", "Acme"
    )
    assert done.returncode == 0, done.stderr
    index = Index.open(tmp_path / "index")
    assert index.names == ("only.md",)
    assert (
        index.document("only.md").title == "The only one"
        and index.document("only.md").word("payer") == "Acme"
    )


def test_a_bad_file_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "good.txt").write_text("A good note about therapy.")
    (folder / "empty.md").write_text("")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    done = ingest("--index", tmp_path / "index", folder, tmp_path / "nowhere.txt")
    assert done.returncode == 1
    assert "1 added" in done.stdout
    assert "empty.md is empty" in done.stderr and "nowhere.txt does not exist" in done.stderr
    assert "Skipped" in done.stderr and "photo.jpg" in done.stderr
    assert "Traceback" not in done.stderr
    (folder / "good.txt").write_bytes(bytes(range(256)) * 20)
    worse = ingest("--index", tmp_path / "index", folder)
    assert worse.returncode == 1 and "good.txt" in worse.stderr
    assert Index.open(tmp_path / "index").document("good.txt").text == "A good note about therapy.", (
        "what was there stays"
    )


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    (tmp_path / "a.md").write_text("# A\n\nText.")
    done = ingest("--index", tmp_path / "photos", tmp_path / "a.md")
    assert done.returncode == 1 and "not an index" in done.stderr
    assert [p.name for p in (tmp_path / "photos").iterdir()] == ["a.jpg"]


def test_wrong_usage_is_status_2() -> None:
    assert ingest("--no-such-flag").returncode == 2


def test_a_folder_twice_and_a_file_that_went(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("The first note about gait.")
    (folder / "sub" / "a.txt").write_text("The second note about stairs.")
    assert "2 added" in ingest("--index", tmp_path / "i", folder).stdout
    assert "2 unchanged" in ingest("--index", tmp_path / "i", folder).stdout
    assert Index.open(tmp_path / "i").names == ("a.txt", "sub/a.txt")
    (folder / "a.txt").unlink()
    assert "1 removed, 1 unchanged" in ingest("--index", tmp_path / "i", folder).stdout


def test_a_document_that_disagrees_is_noted(tmp_path: Path) -> None:
    memo = tmp_path / "memo.md"
    memo.write_text("# Memo\n\nA paragraph about the weather.\n\n97012 may take modifier 51.\n")
    assert ingest("--index", tmp_path / "i", memo).returncode == 0
    (found,) = audit.load_findings(tmp_path / "i")
    assert memo.read_text()[found.start : found.end] == "97012 may take modifier 51."
    assert ingest("--index", tmp_path / "i", "--remove", "memo.md").returncode == 0
    assert audit.load_findings(tmp_path / "i") == ()


def test_globs(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.md"):
        (tmp_path / name).write_text(f"The note called {name} about therapy.")
    assert "2 added" in ingest("--index", tmp_path / "i", tmp_path / "*.txt").stdout
