"""The whole flow on one screen: text -> question -> rulings, passages -> draft -> guard -> answer.

Two halves that never see each other meet here: the rules (deterministic, always run) and retrieval (run for what no rule
decided). Retrieval and models are imported only when they are used: a question that a rule decides is answered without them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from assistant import __version__, audit, chain, compose, guard, privacy, rules
from assistant.codes import Names
from assistant.config import Config
from assistant.domain import Answer, CitecodeError, Draft, Overruled, Passage, Question, Ruling, Setting
from assistant.facts import Facts
from assistant.sources import Sources
from assistant.understand import Given, understand
from assistant.wording import VOCABULARY, payer_type, payers

if TYPE_CHECKING:
    from assistant.retrieval.documents import StoredDocument
    from assistant.retrieval.index import Index
    from assistant.retrieval.search import Search

PASSAGES = 6
"""Passages an answer is composed from."""
ENOUGH = 0.35
"""Likelihood below which the answer is not held to be here: on the questions that nothing was chosen on left out in turn, one
answerable question in twenty lies below it (evals/fit.py)."""

Step = Callable[[str, object], None]
"""Hears how far an answer is: a word for the step, and what it gave."""


@dataclass
class Assistant:
    """Everything one process needs to answer; open it once. `today` is an input: the clock is read in cli.py and ui/ only."""

    config: Config
    today: date
    sources: Sources
    facts: Facts
    names: Names
    _search: Search | None = field(default=None, repr=False)
    _registered: str = field(default="", repr=False)
    _register_alone: Sources | None = field(default=None, repr=False)
    _findings: tuple[str, tuple[audit.DocumentFinding, ...]] | None = field(default=None, repr=False)

    @classmethod
    def open(cls, config: Config, *, today: date) -> Assistant:
        """Errors: CitecodeError when the corpus or the loaded tables cannot be read; the index is opened at first need."""
        sources = Sources.load(config.corpus / "sources.yaml")
        own = config.home / "sources.yaml"  # of the practice's own facts in `facts` beside it
        if own.is_file():
            sources = sources.plus(Sources.load(own).values())
        from assistant.tables import Store

        store = Store.open(config.tables)
        sources = sources.plus(store.sources())
        overlays = [folder for folder in (config.home / "facts",) if folder.is_dir()]
        facts = Facts.load(config.corpus, sources, store=store, overlays=overlays)
        return cls(config, today, sources, facts, Names.load(config.corpus / "names.yaml", VOCABULARY))

    def ask(
        self, text: str, *, history: Sequence[Mapping[str, str]] = (), date_of_service: date | None = None, payer: str | None = None,
        setting: Setting = "practitioner", rendered_by: str | None = None,
    ) -> Answer:  # fmt: skip
        """Answer one message. Errors: CitecodeError for an empty or overlong question and for an index that cannot be used."""
        *_, last = self.stream(
            text, history=history, date_of_service=date_of_service, payer=payer, setting=setting, rendered_by=rendered_by
        )  # fmt: skip
        return last

    def stream(
        self, text: str, *, history: Sequence[Mapping[str, str]] = (), date_of_service: date | None = None, payer: str | None = None,
        setting: Setting = "practitioner", rendered_by: str | None = None, step: Step = lambda *_: None,
    ) -> Iterator[Answer]:  # fmt: skip
        """The answer as it grows: what the rules decide at once, then one checked sentence more at a time; the last is what `ask` returns.

        No word in any of them is unverified. Where no rule decides, the first one comes with the first sentence that holds. The
        text of one opens the text of the next, unless something said later takes a sentence back. `step` hears of each step once it is done: ("understood", Question), ("ruled",
        Rulings), ("searching", ""), ("found", Passages), ("drafting", name of the model). Errors: as `ask`."""
        start = time.perf_counter()
        question, masked = self.understand(
            text, history, Given(self.today, date_of_service, payer, setting, rendered_by)
        )
        understood = time.perf_counter()
        step("understood", question)
        rulings = audit.confirmed(
            question, rules.decide(question, self.facts, self.names.code_names), self.facts, self.names
        )
        decided = any(not made.missing for made in rulings)
        findings = self._disagreeing(rulings)
        ruled = time.perf_counter()
        step("ruled", rulings)
        timings = {"understand": understood - start, "rules": ruled - understood}

        def answer(draft: Draft, passages: Sequence[Passage], lacking: str = "") -> Answer:
            contradicted = (
                audit.contradicted(draft, question, self.facts, self.names) if draft.sentences else {}
            )
            settled = guard.settle(question, rulings, draft, passages, findings, lacking, contradicted)
            total = time.perf_counter() - start
            timings.setdefault("first", total)
            spent = {**timings, "total": total}
            return Answer(
                question=question, status=settled.status, verdict=settled.verdict, text=settled.text, rulings=rulings, citations=settled.citations, overruled=settled.overruled,
                warnings=(*masked.warnings, *settled.warnings), timings_ms={k: round(1000 * v, 3) for k, v in spent.items()}, manifest=self.manifest(rulings),
            )  # fmt: skip

        model = self.config.model
        passages: tuple[Passage, ...] = ()
        if decided and (model != "none" or _also(question)):
            yield answer(Draft(()), ())
        if not masked.unanswerable and (not decided or model != "none" or _also(question)):
            step("searching", "")
            searching = time.perf_counter()
            passages = self._passages(question)
            timings["retrieval"] = time.perf_counter() - searching
            step("found", passages)
        said = Draft((), model)
        if model != "none":
            step("drafting", model)
            shown = ""
            for said in chain.drafts(model, question, rulings, passages):
                grown = answer(said, passages) if said.sentences else None
                if grown is not None and (decided or grown.status == "cited") and grown.text != shown:
                    shown = grown.text
                    yield grown
        yield self._last(question, said, passages, decided, answer)

    def _last(self, question: Question, said: Draft, passages: Sequence[Passage], decided: bool, answer: Callable[[Draft, Sequence[Passage], str], Answer]) -> Answer:  # fmt: skip
        """The whole answer: what the model said where it holds, what the documents say where it does not."""
        lacking = "" if decided else self._lacking(question)
        composed = (
            compose.draft(question, passages) if passages and (not decided or _also(question)) else Draft(())
        )
        if said.model == "none":
            return answer(composed, passages, lacking)
        made = answer(said, passages, lacking)
        if made.status == "cited" or not composed.sentences or decided and said.sentences:
            return made
        failure = said.failure or f"Nothing the model {said.model} said is in the documents; {chain.WITHOUT}."
        without = answer(replace(composed, failure=failure), passages, lacking)
        return replace(without, overruled=made.overruled)

    def understand(
        self, text: str, history: Sequence[Mapping[str, str]], given: Given
    ) -> tuple[Question, privacy.Masked]:
        """Mask what identifies a person, in the question and in the turns before it; then read what is left."""
        masked = privacy.mask(text)
        turns = [
            {"role": str(turn.get("role", "")), "content": privacy.mask(str(turn.get("content") or "")).text}
            for turn in history
        ]
        return understand(masked.text, self.names, given, turns), masked

    def _passages(self, question: Question) -> tuple[Passage, ...]:
        """The evidence for a question no rule decided; () where it is too weak to answer from."""
        if self._search is None and not self.has_index():
            return ()
        search = self.searcher()
        found = search.find(_query(question), question.codes, PASSAGES, payer=self._payer(question))
        self._register(search.index)
        payer = self._payer(question)
        if not found or payer not in search.index.payers and _of_another_payer(question, found):
            return ()
        return found if found[0].score >= ENOUGH or _told(question, found[0], payer) else ()

    def _payer(self, question: Question) -> str:
        """Whose documents may answer beside those of no payer: the payer of the question, or one that it names as a document
        does; "" for none. A policy of one payer never answers for another."""
        if question.payer:
            return question.payer
        said = _bare(question.standalone)
        held = self.searcher().index.payers
        return next((payer for payer in held if f" {_bare(payer).strip()} " in said), "")

    def _register(self, index: Index) -> None:
        """The user's documents in the register, so that they are cited by title, publisher and edition; again when the index
        is a new build. A document never takes the place of a registered source."""
        if index.name != self._registered:
            self._register_alone = self._register_alone or self.sources
            self.sources = Sources(index.sources).plus(self._register_alone.values())
            self._registered = index.name

    def has_index(self) -> bool:
        return self.config.index.is_dir() and any(self.config.index.iterdir())

    def searcher(self) -> Search:
        """The open index. Errors: CitecodeError when it is missing or made by something else, with the cure."""
        if self._search is None:
            if not self.has_index():
                raise CitecodeError(
                    f"There is no index in {self.config.index}: run `python ingest.py` to build it."
                )
            from assistant.retrieval.embed import Embedder
            from assistant.retrieval.index import Index
            from assistant.retrieval.search import Search, names

            index = Index.open(self.config.index, Embedder.open(self.config.home))
            self._search = Search(index, names=names(self.config.corpus / "names.yaml"))
            self._register(index)
        return self._search

    def search(self, query: str, k: int = 5) -> tuple[Passage, ...]:
        question, _ = self.understand(query, (), Given(self.today))
        return self.searcher().find(query, question.codes, k)

    def document(self, name: str) -> StoredDocument:
        """The stored text of one document as citations count it. Errors: CitecodeError for an unknown name."""
        return self.searcher().index.document(name)

    def _disagreeing(self, rulings: Sequence[Ruling]) -> tuple[Overruled, ...]:
        """What documents in the index say against these rulings; found when they were ingested, so this costs no search."""
        if not rulings or not self.has_index():
            return ()
        return audit.against(rulings, audit.load_findings(self.config.index))

    def _lacking(self, question: Question) -> str:
        if not self.has_index():
            return "There is no index yet: run `python ingest.py`, then ask again."
        if self._search and (theirs := self._search.index.payers) and not self._payer(question):
            return f"Documents of {', '.join(theirs)} are loaded and answer only for that payer: name it in the question. A document on this topic would answer, too: add it with `python ingest.py FILE`."
        if question.payer and not any(source.kind == "payer" for source in self.sources.values()):
            return f"No policy of {question.payer.replace('_', ' ')} is loaded: add the payer's document with `python ingest.py FILE`."
        if question.codes:
            return f"A document about {', '.join(question.codes)} would: add it with `python ingest.py FILE`, or load the CMS tables with `python ingest.py tables FILE`."
        return "A document on this topic would: add it with `python ingest.py FILE`."

    def manifest(self, rulings: Sequence[Ruling] = ()) -> dict[str, object]:
        """What made the answer: versions and digests, and the table editions the rulings used."""
        used = {(f.table, f.edition) for made in rulings for f in made.facts if f.edition}
        return {
            "version": __version__, "facts": self.facts.digest, "index": audit.index_digest(self.config.index), "model": self.config.model,
            "tables": [{"table": table, "edition": edition} for table, edition in sorted(used)],
        }  # fmt: skip


_CONTENT = re.compile(r"[a-z]{4,}")
_PLAIN = frozenset(
    "what when where which does should would could have with from that this they them their there your about many much long often must need into only also been being were will than then some such each every other after before under over code codes bill billed billing claim".split()
)


def _told(question: Question, passage: Passage, payer: str) -> bool:
    """Whether one passage holds nearly every word of the question that means something: on subjects the evidence weights were
    not fitted on (a practice's own documents), that says more than their likelihood."""
    asked = {word[:6] for word in _CONTENT.findall(question.standalone.lower()) if word not in _PLAIN}
    held = {word[:6] for word in _CONTENT.findall(f"{passage.quote} {payer}".lower())}
    return len(asked) >= 4 and len(asked - held) <= len(asked) // 5


def _query(question: Question) -> str:
    """The words to search with: what was carried over is in, ages, prices and dates are out."""
    text = question.standalone
    for mention in sorted(question.mentions, key=lambda m: -m.start):
        if mention.kind in {"age", "money", "date"} and text[mention.start : mention.end] == mention.text:
            text = text[: mention.start] + text[mention.end :]
    return text


def _of_another_payer(question: Question, found: Sequence[Passage]) -> bool:
    """Whether the question names one insurer and no passage does: what holds for others is no answer then."""
    named = [
        name
        for name in payers(question.text, question.text.lower())
        if name in {"medicaid", "tricare"} or payer_type(name) == "commercial" != name
    ]
    said = _bare(" ".join(f"{p.title} {p.locator} {p.quote}" for p in found))
    return bool(named) and not any(_bare(name) in said for name in named)


def _bare(text: str) -> str:
    """Words alone, in small letters, a space around each."""
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "


def _also(question: Question) -> bool:
    """Questions a rule answers in a word and documents in a sentence: whether somebody must stay with the patient."""
    return any(
        (ask.topic, ask.form) in {("timing", "one_on_one"), ("timing", "supervised")} for ask in question.asks
    )


__all__ = ["Assistant", "CitecodeError"]
