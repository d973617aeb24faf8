"""The index on disk: incremental, switched to atomically, refusing what it was not made for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.domain import CitecodeError
from assistant.retrieval import builds
from assistant.retrieval.builds import Input
from assistant.retrieval.embed import Embedder
from assistant.retrieval.index import Index, current
from tests.retrieval.conftest import Make, built, written

TEXTS = {
    "traction.md": "# Traction\n\n97012 is mechanical traction. It is supervised.",
    "manual.md": "# Manual therapy\n\n97140 is manual therapy. It is timed.",
}


def test_documents_come_back_as_stored(make: Make) -> None:
    index = make(TEXTS)
    assert index.document("traction.md").text == TEXTS["traction.md"]
    assert index.names == tuple(TEXTS)
    for row in range(len(index)):
        d = index.document(index.entry(row).name)
        assert d.text[index.chunks[row, 1] : index.chunks[row, 2]].strip()


def test_a_second_build_changes_only_what_changed(tmp_path: Path, embedder: Embedder) -> None:
    first = built(tmp_path / "i", written(tmp_path / "f", TEXTS), embedder)
    assert str(first) == "2 added, 0 changed, 0 removed, 0 unchanged"
    name = current(tmp_path / "i")
    again = built(tmp_path / "i", written(tmp_path / "f", TEXTS), embedder)
    assert str(again) == "0 added, 0 changed, 0 removed, 2 unchanged" and current(tmp_path / "i") == name
    before = Index.open(tmp_path / "i", embedder)
    changed = built(
        tmp_path / "i",
        written(tmp_path / "f", {**TEXTS, "manual.md": "# New\n\nOther words entirely."}),
        embedder,
    )
    assert changed.changed == ("manual.md",) and changed.unchanged == ("traction.md",)
    after = before.fresh()
    assert after is not before and after.document("manual.md").text.startswith("# New")
    assert before.document("manual.md").text == TEXTS["manual.md"], "an open index stays what it is"
    assert np.array_equal(before.vectors[0], after.vectors[0])
    removed = built(tmp_path / "i", written(tmp_path / "f", {"traction.md": TEXTS["traction.md"]}), embedder)
    assert removed.removed == ("manual.md",)


def test_vectors_taken_over_equal_vectors_made_anew(tmp_path: Path, embedder: Embedder) -> None:
    more = {**TEXTS, "gait.md": "# Gait\n\n97116 is gait training. One on one. It is timed."}
    built(tmp_path / "a", written(tmp_path / "f", TEXTS), embedder)
    built(tmp_path / "a", written(tmp_path / "f", dict(reversed(more.items()))), embedder)
    built(tmp_path / "b", written(tmp_path / "f", dict(reversed(more.items()))), embedder)
    a, b = Index.open(tmp_path / "a", embedder), Index.open(tmp_path / "b", embedder)
    assert a.manifest == b.manifest
    assert np.array_equal(a.chunks, b.chunks) and np.array_equal(a.spans, b.spans)
    assert np.allclose(a.vectors, b.vectors, atol=2e-2)
    assert np.allclose(
        a.sentence_vectors.astype(np.float32), b.sentence_vectors.astype(np.float32), atol=2e-2
    )


def test_chroma_answers_with_the_nearest_rows(make: Make, embedder: Embedder) -> None:
    index = make(TEXTS)
    rows, similarity = index.nearest(embedder.queries(["what is manual therapy"])[0], 5)
    assert index.entry(int(rows[0])).name == "manual.md"
    assert list(similarity) == sorted(similarity, reverse=True)
    assert similarity[0] == pytest.approx(
        float(index.vectors[rows[0]] @ embedder.queries(["what is manual therapy"])[0]), abs=1e-3
    )


def test_missing_foreign_damaged(tmp_path: Path, embedder: Embedder) -> None:
    with pytest.raises(CitecodeError, match=r"no index in .*ingest\.py"):
        Index.open(tmp_path / "none", embedder)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    with pytest.raises(CitecodeError, match="not an index"):
        Index.open(tmp_path / "photos", embedder)
    with pytest.raises(CitecodeError, match="not an index"), builds.writing(tmp_path / "photos"):
        pass
    built(tmp_path / "i", written(tmp_path / "f", TEXTS), embedder)
    build = tmp_path / "i" / "builds" / current(tmp_path / "i")
    (build / "chunks.npy").write_bytes(b"junk")
    with pytest.raises(CitecodeError, match=r"damaged: run `python ingest\.py`"):
        Index.open(tmp_path / "i", embedder)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("weights", "0" * 64, "embedding model"),
        ("chunker", "0", "another version"),
        ("format", 0, "another version"),
    ],
)
def test_a_mismatch_is_refused_with_the_cure(
    tmp_path: Path, embedder: Embedder, field: str, value: object, said: str
) -> None:
    built(tmp_path / "i", written(tmp_path / "f", TEXTS), embedder)
    manifest = tmp_path / "i" / "builds" / current(tmp_path / "i") / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), field: value}))
    with pytest.raises(CitecodeError, match=rf"{said}.*run `python ingest\.py`"):
        Index.open(tmp_path / "i", embedder)
    rebuilt = built(tmp_path / "i", written(tmp_path / "f", TEXTS), embedder)
    assert rebuilt.chunks == len(Index.open(tmp_path / "i", embedder))


def test_old_builds_go_when_nobody_reads_them(tmp_path: Path, embedder: Embedder) -> None:
    folder = tmp_path / "i"
    built(folder, written(tmp_path / "f", TEXTS), embedder)
    reader = Index.open(folder, embedder)
    built(folder, written(tmp_path / "f", {**TEXTS, "c.md": "# C\n\nThird document."}), embedder)
    assert len(list((folder / "builds").iterdir())) == 2
    assert len(reader.nearest(embedder.queries(["therapy"])[0], 2)[0]) == 2
    reader.close()
    built(folder, written(tmp_path / "f", TEXTS), embedder)
    assert [b.name for b in (folder / "builds").iterdir()] == [current(folder)]


def test_one_writer(tmp_path: Path) -> None:
    with (
        builds.writing(tmp_path / "i"),
        pytest.raises(CitecodeError, match="Another ingest"),
        builds.writing(tmp_path / "i", wait=0),
    ):
        pass


def test_the_same_name_twice_is_refused(tmp_path: Path, embedder: Embedder) -> None:
    inputs = written(tmp_path / "f", TEXTS)
    with pytest.raises(CitecodeError, match=r"named 'traction\.md'"):
        built(tmp_path / "i", [*inputs, Input(inputs[0].document)], embedder)
