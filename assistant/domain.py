"""The nouns of Citecode: frozen, without behaviour of their own, without dependencies.

Every other module speaks in these. Dates are `datetime.date`; offsets are Unicode code points, end
excluded; a value of a fact is always text, exactly as the source's cell prints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Verdict = Literal["yes", "no", "depends"]
Status = Literal["ruled", "cited", "overruled", "unanswered", "refused"]
Setting = Literal["practitioner", "outpatient_hospital"]
Confidence = Literal["official", "reported", "recalled"]
"""official: read on an official or contractor's page or computed from a CMS file; reported: trade press or
several secondary pages that agree; recalled: known from the named official document, not read again."""

SETTINGS: tuple[Setting, ...] = ("practitioner", "outpatient_hospital")
PROVIDERS: tuple[str, ...] = ("PT", "PTA", "OT", "OTA", "SLP", "DC", "MD", "NP", "PA")


class CitecodeError(Exception):
    """Bad input, said in one sentence: what, where and the cure. Never shown with a traceback."""


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the register `corpus/sources.yaml` (or one loaded file).

    `authority` is who speaks (CMS, AMA, a contractor, a payer, Citecode); `kind` how strong the voice is:
    cms_file, regulation, manual, contractor, cpt, payer, trade, own."""

    id: str
    title: str
    publisher: str
    edition: str
    authority: str
    kind: str
    effective_from: date | None = None
    effective_to: date | None = None
    url: str = ""
    retrieved: date | None = None
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement can be checked.

    Either characters `start..end` of the stored text of `document`, equal to `quote`; or, with both None,
    the value cell `quote` of the fact table that `document` names."""

    source_id: str
    locator: str
    quote: str
    document: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated, sourced value: `table`[`subject`].`field` = `value`, true from `effective_from` up to and
    including `effective_to` (None: no end known)."""

    table: str
    subject: str
    field: str
    value: str
    effective_from: date
    effective_to: date | None
    authority: str
    citation: Citation
    confidence: Confidence = "official"
    setting: Setting | None = None
    payer: str | None = None
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a lookup says. `state`: held (fact is given), no (the table is complete here and has no such row),
    ended (it was true until `fact.effective_to`), silent (we hold nothing: `cure` says what to load)."""

    state: Literal["held", "no", "ended", "silent"]
    fact: Fact | None = None
    warning: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the text and what it names: text[start:end] is `text`, `value` its normal form.

    `kind`: code, modifier, icd10, minutes, units, date, money, age, percent, payer, provider, region, number,
    table (Appendix E...)."""

    kind: str
    value: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing the message asks.

    `topic` is a rule family or a retrieval topic; `form` the proposition or value asked about (see
    `understand`); `negated` when the proposition was put in the negative ("97012 can't take 51, right?")."""

    topic: str
    form: str
    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    negated: bool = False
    minutes: tuple[tuple[str, int], ...] = ()
    units: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A message, understood. `asks` in the order asked; empty when the words ask nothing a rule decides."""

    text: str
    standalone: str
    date_of_service: date
    date_given: bool
    payer: str | None
    setting: Setting
    rendered_by: str | None
    asks: tuple[Ask, ...]
    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    notes: tuple[str, ...] = ()
    scope: Literal["coding", "other"] = "coding"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule decides.

    `verdict` answers the topic's canonical question, `answer` the question as it was asked (None: no yes/no
    question). `statement` is our own wording; "{n}" never stands in it, markers are set when the answer is
    rendered: each sentence in `sentences` names the facts (indices into `facts`) that carry it."""

    topic: str
    rule: str
    verdict: Verdict | None
    answer: Verdict | None
    sentences: tuple[tuple[str, tuple[int, ...]], ...]
    subjects: tuple[str, ...]
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...] = ()
    missing: str = ""

    @property
    def statement(self) -> str:
        return " ".join(text for text, _ in self.sentences)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: text[start:end] of the stored document, with its own score."""

    text: str
    start: int
    end: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk found: `quote` is exactly characters start..end of the stored text of `document`."""

    key: str
    document: str
    source_id: str
    title: str
    locator: str
    start: int
    end: int
    quote: str
    score: float
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence a model (or `compose`) proposes, with the passage keys it cites."""

    text: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed answer before the guard has seen it."""

    sentences: tuple[DraftSentence, ...]
    model: str = "none"
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Overruled:
    """What a model or a document said and a ruling contradicts."""

    text: str
    topic: str
    origin: str = ""
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown. `text` opens with the verdict or the value; `[n]` resolves to `citations[n-1]`."""

    question: Question
    status: Status
    verdict: Verdict | None
    text: str
    rulings: tuple[Ruling, ...] = ()
    citations: tuple[Citation, ...] = ()
    overruled: tuple[Overruled, ...] = ()
    warnings: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    manifest: Mapping[str, object] = field(default_factory=dict)
