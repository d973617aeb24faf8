"""What is known about a question, its chunks and sentences, as numbers; weights of the right length; what speaks against an answer."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.retrieval import learned, signals
from assistant.retrieval.embed import Embedder
from assistant.retrieval.index import Index
from assistant.retrieval.search import Search
from tests.retrieval.conftest import Make

TEXTS = {
    "plan.md": "# Plan of care\n\nThe physician signs the plan of care within 30 days. A copy is kept by the clinic.",
    "traction.md": "# Traction\n\nA session of traction lasts ten to twelve minutes. 97012 is reported once a day.",
}


@pytest.fixture
def index(make: Make) -> Index:
    return make(TEXTS)


def of_question(index: Index, embedder: Embedder, text: str) -> dict[str, float]:
    search = Search(index, embedder)
    asked = search.asked(index, text)
    rows = search.joined(index, search.candidates(index, asked), 5)
    values = search.signals_of(index, asked, rows)
    return dict(zip(signals.EVIDENCE, values.tolist(), strict=True))


def test_every_weight_has_its_signal() -> None:
    assert len(learned.CHUNK) == len(signals.CHUNK)
    assert len(learned.SENTENCE) == len(signals.SENTENCE)
    assert len(learned.EVIDENCE) == len(learned.EVIDENCE_ALONE) == len(signals.EVIDENCE)


def test_rows_and_columns(index: Index, embedder: Embedder) -> None:
    search = Search(index, embedder)
    asked = search.asked(index, "who signs the plan of care")
    rows = np.arange(len(index), dtype=np.int64)
    found = signals.of_chunks(index, asked, rows, np.ones(len(rows), np.float32))
    assert found.shape == (len(index), len(signals.CHUNK)) and np.isfinite(found).all()
    said = signals.of_sentences(index, asked, [0], ["a", "b"], 1.0, 0)
    assert said.shape == (2, len(signals.SENTENCE)) and said[0, 2] > said[1, 2]


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("who signs the plan of care in Kareo", "names unknown"),
        ("who signs the plan of care in Texas", "places missing"),
        ("who signs the plan of care in 2031", "years missing"),
        ("does 97999 need a signed plan of care", "codes missing"),
        ("who signs the zymurgy of care", "unknown words"),
    ],
)
def test_what_the_documents_do_not_hold_speaks_against_an_answer(
    index: Index, embedder: Embedder, text: str, signal: str
) -> None:
    assert of_question(index, embedder, text)[signal] > 0
    assert of_question(index, embedder, "who signs the plan of care")[signal] == 0
