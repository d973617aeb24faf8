"""Cases -> answers: one row a case, made in as many processes as asked for, always in the order of the cases.

A row is what a scorer may look at and nothing else is kept: {"case", "inputs", "tier", "answer", "evidence", "against", "error"}.
`answer` is the JSON of CONTRACT 2, `evidence` the stored text at each cited span (citation number -> text, None where the document
is gone), `against` the sentences of the rulings that the audit holds to contradict the facts, `error` what was said instead of an answer. Rows are written as JSON lines under a first line with the configuration, so that
a new scorer can score old answers.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import multiprocessing
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from assistant import audit, chain, config, render
from assistant.domain import CitecodeError, Draft, DraftSentence, Passage, Question
from assistant.pipeline import Assistant
from evals.cases import Case

Row = dict[str, Any]
_NONE = re.compile(r"\bno (?:units?|code)\b", re.IGNORECASE)
"""A count of none; the audit takes that "no" for a denial of the whole sentence."""
FEW = 150
"""Cases for which starting processes takes longer than asking."""
BATCH = 40
"""Cases handed to a process at a time."""
PASSAGES = 4
"""Passages the retrieval tier looks at: as many as the tutorial pipeline shows."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What answers: our own configuration, or another `system` (see evals.systems). `folders`: index made for a folder of documents
    that cases bring with them."""

    today: date
    index: str | None = None
    tables: str | None = None
    model: str | None = None
    system: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)


class System(Protocol):
    """Whatever answers a case."""

    def row(self, case: Case) -> Row: ...

    def manifest(self) -> Mapping[str, object]: ...


@contextlib.contextmanager
def scripted(held: Assistant, said: Sequence[str]) -> Iterator[Assistant]:
    """The assistant with a model that says `said`, each sentence citing the best passage found.

    Errors: CitecodeError where the pipeline never asked the model: then nothing was tried."""
    held.searcher()  # opened once, not once a case
    asked = []

    def drafts(model: str, question: Question, rulings: object, passages: Sequence[Passage], *_: object, **__: object) -> Iterator[Draft]:  # fmt: skip
        asked.append(model)
        keys = tuple(p.key for p in passages[:1])
        yield Draft(tuple(DraftSentence(text, keys) for text in said), model)

    right = chain.drafts
    try:
        chain.drafts = drafts
        yield replace(held, config=replace(held.config, model="scripted"))
    finally:
        chain.drafts = right
    if not asked:
        raise CitecodeError("The pipeline did not ask the scripted model.")


class Ours:
    """Citecode itself."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.configuration = config.load(setup.index, setup.tables, setup.model)
        self.opened: dict[str, Assistant] = {}
        self.audited: dict[tuple[str, ...], list[str]] = {}

    def assistant(self, folder: str = "") -> Assistant:
        """Over the index in use, or over that of a folder of documents."""
        if folder not in self.opened:
            made = self.configuration
            if folder:
                made = replace(made, index=Path(self.setup.folders[folder]))
            self.opened[folder] = Assistant.open(made, today=self.setup.today)
        return self.opened[folder]

    def row(self, case: Case) -> Row:
        held = self.assistant(case.documents)
        made: Row = {"case": case.name, "inputs": dict(case.inputs), "tier": case.tier}
        try:
            answer = WAYS.get(case.tier, _whole)(case, held)
        except Exception as error:  # a refusal, or a defect: either way this case failed and the others go on
            said = str(error) if isinstance(error, CitecodeError) else f"{type(error).__name__}: {error}"
            return {**made, "error": said}
        return {
            **made,
            "answer": answer,
            "evidence": _evidence(answer, held),
            "against": self._against(answer),
        }

    def _against(self, answer: Mapping[str, Any]) -> list[str]:
        """What the audit, which reads prose and knows nothing of the rule, says of the statements; each is read once."""
        found, c = [], answer["context"]
        for ruling in answer["rulings"]:
            said = ruling["statement"]
            key = (said, c["date_of_service"], str(c["payer"]), c["setting"])
            if key not in self.audited:
                held = self.assistant()
                findings = audit.findings(
                    said, held.facts, held.names, when=date.fromisoformat(c["date_of_service"]), payer=c["payer"], setting=c["setting"]
                )  # fmt: skip
                self.audited[key] = [
                    f.sentence for f in findings if f.label == "contradicts" and not _NONE.search(f.sentence)
                ]
            found += self.audited[key]
        return found

    def manifest(self) -> Mapping[str, object]:
        return self.assistant().manifest()


def _whole(case: Case, held: Assistant) -> dict[str, Any]:
    """The whole answer to a case."""
    if said := case.inputs.get("draft"):
        with scripted(held, said) as modelled:
            return _asked(case, modelled)
    return _asked(case, held)


def _asked(case: Case, held: Assistant) -> dict[str, Any]:
    day = case.inputs.get("date_of_service")
    return render.to_json(
        held.ask(
            case.inputs["question"], history=case.inputs.get("history") or [], date_of_service=date.fromisoformat(day) if day else None, payer=case.inputs.get("payer"),
            setting=case.inputs.get("setting") or "practitioner", rendered_by=case.inputs.get("rendered_by"),
        ), held.sources, case.name,
    )  # fmt: skip


def _found(case: Case, held: Assistant) -> dict[str, Any]:
    """The passages found, in the shape of an answer that cites them all."""
    passages = held.search(case.inputs["question"], PASSAGES)
    return {
        "id": case.name, "question": case.inputs["question"], "status": "cited" if passages else "unanswered", "verdict": None, "rulings": [],
        "context": {"codes": []}, "text": "\n\n".join(f"{p.quote} [{n}]" for n, p in enumerate(passages, 1)),
        "citations": [
            {"n": n, "source_id": p.source_id, "document": p.document, "title": p.title, "locator": p.locator, "quote": p.quote, "start": p.start, "end": p.end}
            for n, p in enumerate(passages, 1)
        ],
    }  # fmt: skip


WAYS: dict[str, Callable[[Case, Assistant], dict[str, Any]]] = {"retrieval": _found}
"""How a tier is asked; a tier that is not here gets the whole answer."""


def _evidence(answer: Mapping[str, Any], held: Assistant) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for c in answer["citations"]:
        if c["start"] is not None:
            try:
                found[str(c["n"])] = held.document(c["document"]).text[c["start"] : c["end"]]
            except CitecodeError:
                found[str(c["n"])] = None
    return found


# many ------------------------------------------------------------------------------------------------------------------


def system(setup: Setup) -> System:
    """Citecode, or the system `setup` names. Errors: CitecodeError for a name that is none."""
    if not setup.system:
        return Ours(setup)
    from evals import systems

    return systems.named(setup.system, setup)


def rows(cases: Sequence[Case], setup: Setup, jobs: int, told: System | None = None) -> Iterator[Row]:
    """A row a case, in order. With `jobs` > 1 and enough cases in that many processes; `told`: the system already open here."""
    if jobs <= 1 or len(cases) < FEW or setup.system:  # another system's store or model is opened once
        held = told or system(setup)
        for case in cases:
            yield held.row(case)
        return
    batches = [cases[at : at + BATCH] for at in range(0, len(cases), BATCH)]
    spawned = multiprocessing.get_context(
        "spawn"
    )  # a fork would copy the threads of OpenVINO and Chroma half
    with ProcessPoolExecutor(jobs, spawned, initializer=_begin, initargs=(setup,)) as pool:
        for made in pool.map(_batch, batches):
            yield from made


_held: System | None = None


def _begin(setup: Setup) -> None:
    global _held
    _held = system(setup)


def _batch(cases: Sequence[Case]) -> list[Row]:
    assert _held is not None
    return [_held.row(case) for case in cases]


@contextlib.contextmanager
def folders(cases: Sequence[Case], setup: Setup) -> Iterator[Setup]:
    """`setup` with an index for every folder of documents that cases bring; they are gone afterwards.

    Errors: CitecodeError for a folder that cannot be ingested."""
    wanted = sorted({case.documents for case in cases if case.documents})
    with tempfile.TemporaryDirectory(prefix="citecode-evals-") as base:
        made: dict[str, str] = {}
        for number, folder in enumerate(wanted):
            import ingest

            made[folder] = str(Path(base) / str(number))
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                status = ingest.main(["--quiet", "--index", made[folder], folder])
            if status:
                last = (said.getvalue().strip().splitlines() or ["no reason given"])[-1]
                raise CitecodeError(f"{folder}: the documents of these cases cannot be ingested ({last}).")
        yield replace(setup, folders=made) if made else setup


# the log of answers ----------------------------------------------------------------------------------------------------


def configuration(setup: Setup, held: System) -> dict[str, Any]:
    """What made the answers: versions, digests, the day and who answers; two runs with the same answer the same."""
    return {
        "system": setup.system or "citecode",
        "today": setup.today.isoformat(),
        "code": _code(),
        **held.manifest(),
    }


@functools.cache
def _code() -> str:
    """A digest of the program itself."""
    root, made = Path(config.__file__).parent, hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        made.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return made.hexdigest()[:16]


def read(path: Path) -> tuple[dict[str, Any], list[Row]]:
    """(configuration, rows) of a log of answers; a last line that was cut off is left out. Errors: CitecodeError where it is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        made = json.loads(lines[0])["configuration"] if lines else None
        if not isinstance(made, dict):
            raise ValueError
    except OSError as error:
        raise CitecodeError(f"{path} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError):
        raise CitecodeError(
            f"{path} is no log of answers: make one with `python -m evals --answers FILE`."
        ) from None
    found = []
    for number, line in enumerate(lines[1:], 2):
        try:
            row = json.loads(line)
            row["case"], row["inputs"]
        except (ValueError, KeyError, TypeError):
            if number == len(lines):
                break
            raise CitecodeError(f"{path}:{number}: is no answer of a case.") from None
        found.append(row)
    return made, found


def line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
