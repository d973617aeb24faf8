"""The embedding model: the published weights, nothing fetched, the same vectors however they are computed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.domain import CitecodeError
from assistant.retrieval import embed
from assistant.retrieval.embed import Embedder

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ["CITECODE_HOME"])
TEXTS = [
    "Mechanical traction is supervised.",
    "A physician certifies the plan of care within thirty days. " * 12,
    "97140",
    "word " * 400,
]


def cosine(a: embed.Vectors, b: embed.Vectors) -> embed.Vectors:
    return (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))


def test_vectors_are_unit_and_do_not_depend_on_company(embedder: Embedder) -> None:
    together = embedder.passages(TEXTS)
    assert together.shape == (4, 384) and together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    alone = np.concatenate([embedder.passages([t]) for t in TEXTS])
    assert (cosine(together, alone) > 0.999).all()
    assert (cosine(embedder.queries(TEXTS), together) > 0.999).all()
    assert embedder.passages([]).shape == (0, 384)


def test_f32_equals_the_published_model(embedder: Embedder) -> None:
    exact = Embedder.open(HOME, precision="f32")
    assert exact.precision == "f32" and exact.digest == embedder.digest
    model = embed.find(embed.DEFAULT, HOME)
    reference = Embedder(model, embed._Torch(model), "f32", "sentence-transformers")
    assert (cosine(exact.passages(TEXTS), reference.passages(TEXTS)) > 0.99999).all()
    assert (cosine(embedder.passages(TEXTS), reference.passages(TEXTS)) > 0.999).all()


def test_spans_are_read_in_their_passage(embedder: Embedder) -> None:
    text = "Traction is supervised. Manual therapy is timed in units of fifteen minutes."
    spans = [(0, 23), (24, len(text))]
    vectors, inside = embedder.parts([text, "No spans here."], [spans, []])
    assert vectors.shape == (2, 384) and inside[0].shape == (2, 384) and inside[1].shape == (0, 384)
    assert np.allclose(np.linalg.norm(inside[0], axis=1), 1, atol=1e-3)
    asked = embedder.queries(["how is manual therapy timed"])[0]
    assert inside[0][1] @ asked > inside[0][0] @ asked


def test_a_span_beyond_what_the_model_reads(embedder: Embedder) -> None:
    text = "filler " * 300 + "Traction is supervised."
    _, inside = embedder.parts([text], [[(len(text) - 23, len(text))]])
    assert cosine(inside[0], embedder.passages(["Traction is supervised."]))[0] > 0.999


def test_tokens_start_where_they_stand(embedder: Embedder) -> None:
    text = "Bill 97012 once."
    starts = embedder.token_starts(text)
    assert starts[0] == 0 and starts == sorted(starts) and text.index("97012") in starts


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(CitecodeError, match="'no-such-model' is not here"):
        Embedder.open(HOME, "no-such-model")


def test_swapped_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / embed.PACKAGE
    shutil.copytree(embed.find(embed.DEFAULT, HOME).folder, package / "model")
    (package / "__init__.py").write_text("")
    weights = package / "model" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, embed.PACKAGE, raising=False)
    with pytest.raises(CitecodeError, match="are not those of all-MiniLM-L6-v2"):
        embed.find(embed.DEFAULT, tmp_path / "home")


def test_answering_loads_no_torch_and_no_telemetry() -> None:
    code = """
import json, os, sys
from pathlib import Path
from assistant.retrieval.embed import Embedder
Embedder.open(Path(os.environ["CITECODE_HOME"])).queries(["traction"])
seen = [m for m in ("torch", "transformers", "sentence_transformers", "openvino_telemetry") if sys.modules.get(m)]
print(json.dumps(seen))
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == []
