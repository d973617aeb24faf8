"""Questions whose answer stands at a known place in a manual, and questions that no manual answers: read, asked, judged.

The cases are evals/retrieval_cases/*.yaml over the manuals in ../shared/data (or $CITECODE_SHARED): a question and a few
words of the passage that answers (its first and last, with " ... " between; `also`: other places that answer), or a
question alone under `unanswerable`. Nothing of a manual lies in the repository.
"""

from __future__ import annotations

import math
import os
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.domain import Answer, CitecodeError

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "evals" / "retrieval_cases"
MANUALS = ("icd10cm_guidelines", "mbpm_ch15", "ncci_policy_manual")
KINDS = ("plain", "paraphrased", "code")

Span = tuple[str, int, int]
"""(document, start, end) in the stored text."""
System = Callable[[str], Sequence[Span]]
"""A question -> the passages found, best first, at least ten."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the document that answers it ("" where none does) and the places where the answering words stand."""

    question: str
    document: str
    places: tuple[tuple[int, int], ...]
    asks: str
    split: str
    name: str = ""


def shared() -> Path:
    """The data beside the repository."""
    return Path(os.environ.get("CITECODE_SHARED") or ROOT.parent / "shared" / "data")


def files() -> list[Path]:
    """The three manuals. Errors: CitecodeError where they are not here, saying where they are looked for."""
    found = [shared() / "manuals" / f"{name}.txt.gz" for name in MANUALS]
    if missing := [path.name for path in found if not path.is_file()]:
        raise CitecodeError(
            f"The manuals are not here ({', '.join(missing)} in {shared() / 'manuals'}): set CITECODE_SHARED."
        )
    return found


def cases(texts: Mapping[str, str], folder: Path = CASES) -> list[Case]:
    """All cases whose document is among `texts` (name -> stored text), and those that nothing answers.

    Raises CitecodeError where the answering words are not found."""
    out: list[Case] = []
    for path in sorted(folder.glob("*.yaml")):
        held = yaml.safe_load(path.read_text("utf-8"))
        split = held.get("split", "tuned")
        for n, question in enumerate(held.get("unanswerable", ()), 1):
            out.append(Case(question, "", (), "unanswerable", split, f"{path.stem}-{n}"))
        text = texts.get(held.get("document", ""))
        for n, case in enumerate(held.get("cases", ()) if text is not None else (), 1):
            wanted = [case["quote"], *case.get("also", ())]
            places = tuple(m.span() for quote in wanted for m in re.finditer(_pattern(quote), text or ""))
            if not places:
                raise CitecodeError(f"{path.name}: {case['quote']!r} is not in {held['document']}")
            out.append(
                Case(case["question"], held["document"], places, case["asks"], case.get("split", split), f"{path.stem}-{n}")
            )  # fmt: skip
    return out


def _pattern(quote: str) -> str:
    """Words with any space between them; " ... " stands for what is left out, at most 1500 characters."""
    parts = (r"\s+".join(re.escape(word) for word in part.split()) for part in quote.split(" ... "))
    return r"[\s\S]{0,1500}?".join(parts)


def rank(case: Case, found: Sequence[Span]) -> int:
    """At which place (from 1) the answer was found, 0 when it was not."""
    for i, (document, start, end) in enumerate(found, start=1):
        if document == case.document:
            for a, b in case.places:
                if min(b, end) - max(a, start) >= 0.5 * (b - a):
                    return i
    return 0


def measures(ranks: Sequence[int]) -> dict[str, float]:
    """hit@1, @3, @5, MRR and nDCG@10 (one answering passage each), in percent."""
    n = max(len(ranks), 1)
    out = {f"hit@{k}": 100 * sum(0 < r <= k for r in ranks) / n for k in (1, 3, 5)}
    out["MRR"] = 100 * sum(1 / r for r in ranks if r) / n
    out["nDCG@10"] = 100 * sum(1 / math.log2(r + 1) for r in ranks if 0 < r <= 10) / n
    return out


def interval(ranks: Sequence[int], measure: str = "hit@5", draws: int = 1000) -> tuple[float, float]:
    """The middle 95 % of a measure over samples drawn with replacement (the same draws each time)."""
    if not ranks:
        return 0.0, 0.0
    chance = random.Random(7)
    values = sorted(measures([chance.choice(ranks) for _ in ranks])[measure] for _ in range(draws))
    return values[int(0.025 * draws)], values[int(0.975 * draws)]


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer held against its case. `cited`: how many citations point into documents; `right`: how many of them point to
    the answering words; `near`: how many stand in the answering passage; `valid`: how many quotes are the stored text."""

    status: str
    ruled: bool
    cited: int
    right: int
    near: int
    valid: int


def judge(case: Case, answer: Answer, passages: Sequence[Span], text: Callable[[str], str]) -> Judged:
    """Hold an answer against its case.

    A citation is right when it and the answering words share at least half of the shorter of the two; it is near when it
    stands in the same one of `passages` (the chunks of the index) as they do. `text`: a document's stored text."""
    spans = [(c.document, c.start, c.end, c.quote) for c in answer.citations if c.start is not None and c.end is not None]  # fmt: skip
    homes = [(a, b) for d, a, b in passages if any(a < q and p < b for p, q in case.places)]
    right = near = valid = 0
    for document, start, end, quote in spans:
        valid += text(document)[start:end] == quote
        if document != case.document:
            continue
        right += any(min(end, b) - max(start, a) >= 0.5 * min(end - start, b - a) for a, b in case.places)
        near += any(start < b and a < end for a, b in homes)
    decided = any(not made.missing for made in answer.rulings)
    return Judged(answer.status, decided, len(spans), right, near, valid)


def shares(judged: Sequence[Judged]) -> dict[str, float]:
    """What answers to answerable questions are worth, in percent of the questions: the answering words, and a sentence of
    the answering passage, among the citations; refused. In percent of the citations into documents: right, near, valid.
    "no rule": the first two over the questions that no rule decided (a rule cites facts, not manuals)."""
    open_ = [j for j in judged if not j.ruled]
    n, free, cited = (max(k, 1) for k in (len(judged), len(open_), sum(j.cited for j in judged)))
    return {
        "answer cited": 100 * sum(j.right > 0 for j in judged) / n,
        "passage cited": 100 * sum(j.near > 0 for j in judged) / n,
        "precision": 100 * sum(j.right for j in judged) / cited,
        "passage precision": 100 * sum(j.near for j in judged) / cited,
        "span validity": 100 * sum(j.valid for j in judged) / cited,
        "false refusal": 100 * sum(j.status in {"unanswered", "refused"} for j in judged) / n,
        "citations an answer": sum(j.cited for j in judged) / n,
        "ruled": 100 * (len(judged) - len(open_)) / n,
        "answer cited, no rule": 100 * sum(j.right > 0 for j in open_) / free,
        "passage cited, no rule": 100 * sum(j.near > 0 for j in open_) / free,
    }
