"""Search: the right passage first, spans verbatim, sentences scored, nothing found for nothing asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.retrieval import documents, search
from assistant.retrieval.builds import Input
from assistant.retrieval.embed import Embedder
from assistant.retrieval.index import USER, Index
from assistant.retrieval.search import Names, Search
from tests.retrieval.conftest import Make, built

TEXTS = {
    "traction.md": (
        "# Mechanical traction (97012)\n\n97012 is mechanical traction. A traction session "
        "lasts 10 to 12 minutes. It is supervised, not one-on-one."
    ),
    "manual.md": (
        "# Manual therapy (97140)\n\n97140 covers hands-on techniques such as joint "
        "mobilization. It is timed in 15 minutes."
    ),
    "plan.md": (
        "# Plan of care\n\nA physician certifies the plan of care within 30 days. Progress "
        "reports are due every 10 treatment days."
    ),
    "stim.md": (
        "# Electrical stimulation\n\nG0283 is unattended stimulation for Medicare. 97014 is "
        "for other payers. 97032 needs constant attendance."
    ),
}


@pytest.fixture
def found(make: Make) -> Search:
    return Search(
        make(TEXTS), names=Names({"97140": ("manual therapy", "mobs"), "97012": ("mechanical traction",)})
    )


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("how long is a session on the traction table", "traction.md"),
        ("97140", "manual.md"),
        ("who signs the treatment plan and when", "plan.md"),
        ("what replaces 97014 for Medicare", "stim.md"),
        ("is g0283 attended", "stim.md"),
        ("mobs", "manual.md"),
    ],
)
def test_the_right_document_comes_first(found: Search, question: str, document: str) -> None:
    assert found.find(question)[0].document == document


def test_quotes_and_sentences_are_verbatim(found: Search) -> None:
    for passage in found.find("traction session length", k=4):
        text = found.index.document(passage.document).text
        assert text[passage.start : passage.end] == passage.quote
        assert passage.sentences
        for s in passage.sentences:
            assert text[s.start : s.end] == s.text and passage.start <= s.start < s.end <= passage.end


def test_the_answering_sentence_scores_highest(found: Search) -> None:
    best = max(found.find("how long does a traction session last")[0].sentences, key=lambda s: s.score)
    assert best.text == "A traction session lasts 10 to 12 minutes."


def test_weak_evidence_scores_low(found: Search) -> None:
    good = found.find("how long is a traction session")[0].score
    bad = max(p.score for p in found.find("what will the weather be tomorrow"))
    assert good > 0.6 and bad < 0.3


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "\x00\x01"])
def test_nothing_asked_nothing_found(found: Search, nothing: str) -> None:
    assert found.find(nothing) == ()


def test_a_huge_question_is_answered(found: Search) -> None:
    assert len(found.find("traction " * 120_000, k=3)) == 3


def test_an_empty_index_finds_nothing(make: Make) -> None:
    assert Search(make({})).find("traction") == ()


def test_a_new_build_is_noticed(make: Make) -> None:
    s = Search(make(TEXTS))
    make({**TEXTS, "gait.md": "# Gait training (97116)\n\n97116 is gait training on stairs."})
    assert s.find("97116 gait training")[0].document == "gait.md"


def test_names_tolerate_absence(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert search.names(tmp_path / "names.yaml") == Names()
    (tmp_path / "names.yaml").write_text(
        "codes:\n  97012: {name: mechanical traction, words: [traction table]}\n"
    )
    assert search.names(tmp_path / "names.yaml").codes == {"97012": ("mechanical traction", "traction table")}


def test_a_document_of_one_payer_answers_only_for_that_payer(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "ours.md").write_text("# Traction\n\nTraction is paid once a day.")
    (tmp_path / "acme.md").write_text(
        "---\npayer: Acme Health\n---\n# Traction\n\nAcme pays traction twice a day."
    )
    inputs = [Input(documents.load(tmp_path / name), USER) for name in ("ours.md", "acme.md")]
    built(tmp_path / "index", inputs, embedder)
    found = Search(Index.open(tmp_path / "index", embedder))
    assert {p.document for p in found.find("how often is traction paid")} == {"ours.md", "acme.md"}
    assert {p.document for p in found.find("how often is traction paid", payer="medicare")} == {"ours.md"}
    assert "acme.md" in {p.document for p in found.find("how often is traction paid", payer="acme_health")}
    assert {s.authority for s in found.index.sources} == {"", "Acme Health"}
