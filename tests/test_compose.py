"""The answer without a model: which sentences are chosen, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant import compose
from assistant.domain import Passage, Question, Sentence


def question(text: str, *codes: str) -> Question:
    day = date(2026, 11, 22)
    return Question(text, text, day, False, None, "practitioner", None, (), tuple(codes))


def passage(
    key: str,
    heading: str,
    *sentences: tuple[str, float],
    score: float = 1.0,
    document: str = "",
    between: str = "\n",
) -> Passage:
    """A passage whose sentences stand on a line each, with their scores."""
    placed: list[Sentence] = []
    at = 0
    for text, own in sentences:
        placed.append(Sentence(text, at, at + len(text), own))
        at += len(text) + 1
    quote = between.join(text for text, _ in sentences)
    return Passage(
        key, document or key, "citecode-corpus", "T", heading, 0, len(quote), quote, score, tuple(placed)
    )


def texts(asked: Question, passages: Sequence[Passage]) -> list[str]:
    return [sentence.text for sentence in compose.draft(asked, passages).sentences]


def test_no_passage_no_sentence() -> None:
    assert compose.draft(question("anything"), ()).sentences == ()
    assert compose.draft(question("anything"), (passage("p", "Empty"),)).sentences == ()


def test_the_likeliest_sentence_opens_wherever_it_stands() -> None:
    found = (
        passage("a", "Traction > Equipment", ("Traction uses a table and a belt.", 0.8)),
        passage("b", "Traction > How long is a session?", ("It lasts ten to twelve minutes.", 0.9)),
    )
    assert texts(question("how long is a session"), found)[0] == "It lasts ten to twelve minutes."


def test_sentences_that_stand_together_are_one_point() -> None:
    """Half of an answer is often "it" or "they"; a list's lines stay apart, and so does what is unlikely."""
    rows = (("A plan is signed within thirty days.", 0.9), ("It may be signed by fax as well.", 0.6))
    asked = question("when is the plan signed")
    assert texts(asked, (passage("a", "One", *rows, between=" "),)) == [f"{rows[0][0]} {rows[1][0]}"]
    assert texts(asked, (passage("a", "One", *rows),)) == [rows[0][0], rows[1][0]]
    far = (("The clinic opens at eight in the morning.", 0.02), rows[0], rows[1])
    assert texts(asked, (passage("a", "One", *far, between=" "),)) == [f"{rows[0][0]} {rows[1][0]}"]


def test_every_sentence_names_its_passage_and_stands_in_it() -> None:
    found = (
        passage("a", "One", ("The belt holds the pelvis.", 0.9), ("The table pulls it slowly.", 0.8)),
        passage("b", "Two", ("The neck is held by a halter.", 0.85)),
    )
    quotes = {p.key: p.quote for p in found}
    sentences = compose.draft(question("how is traction done"), found).sentences
    assert len(sentences) == 3
    for sentence in sentences:
        [key] = sentence.keys
        assert sentence.text in quotes[key]


def test_nothing_is_said_twice() -> None:
    found = (
        passage("a", "One", ("Traction is billed once a day by the therapist.", 0.9)),
        passage("b", "Two", ("Traction is billed once a day by a therapist.", 0.88)),
    )
    assert len(texts(question("traction billing"), found)) == 1


def test_a_sentence_about_another_code_alone_is_left_out() -> None:
    found = (
        passage(
            "a",
            "One",
            ("97140 is billed for manual traction only.", 0.99),
            ("97012 is mechanical traction and untimed.", 0.6),
            ("Unlike 97140, 97012 needs no hands on.", 0.5),
        ),
    )
    said = texts(question("what is 97012", "97012"), found)
    assert said and all("97012" in text for text in said)


def test_weak_sentences_fragments_and_walls_of_text_are_left_out() -> None:
    found = (
        passage(
            "a",
            "One",
            ("Mechanical traction pulls the spine apart gently.", 0.9),
            ("See also.", 0.9),
            ("word " * 200, 0.9),
            ("The clinic opens at eight in the morning.", 0.02),
        ),
    )
    assert texts(question("what does traction do"), found) == [
        "Mechanical traction pulls the spine apart gently."
    ]


def test_five_points_at_most_the_points_in_the_order_of_the_text() -> None:
    words = "alpha bravo charlie delta echo foxtrot golf hotel india juliet".split()
    rows = [(f"{w} {w}a {w}b {w}c {w}d.", 0.9 - i / 100) for i, w in enumerate(words)]
    said = texts(question("something else"), (passage("a", "One", *rows[::-1]),))
    assert len(said) == 1 + compose.MOST_POINTS
    written = [text for text, _ in rows[::-1]]
    places = [written.index(text) for text in said[1:]]
    assert places == sorted(places)


def test_the_same_passages_give_the_same_draft() -> None:
    found = tuple(
        passage(k, "Head", (f"Sentence {k} says something new{k} here{k}.", 0.5)) for k in "abcdefgh"
    )
    first = compose.draft(question("x"), found)
    assert all(compose.draft(question("x"), found) == first for _ in range(3))
