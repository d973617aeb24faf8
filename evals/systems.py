"""Other systems that answer the same cases, each in the shape of our answer: what a reader sees of them is scored as ours is.

`tutorial`: the pipeline most tutorials build (evals/baselines/tutorial.py), showing the four pieces it finds, as it does without a
model. `model:PROVIDER:NAME`: a chat model alone; `model:openai:NAME` with OPENAI_BASE_URL is any OpenAI-compatible endpoint.
`tutorial+model:PROVIDER:NAME`: both, the pieces put before the question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant import config
from assistant.domain import CitecodeError
from evals.cases import Case
from evals.run import Row, Setup, System

ASK = """You answer a medical coder's question. If it is a yes or no question, the first word of your answer is Yes, No or Depends.
If the question is not about medical coding or billing, or you cannot answer it from what you are given, reply only: I cannot answer this.
Date of service {day}. Payer {payer}.{pieces}
Question: {question}"""


def named(name: str, setup: Setup) -> System:
    """Errors: CitecodeError for a name that is no system."""
    match = re.fullmatch(r"(tutorial)?\+?(?:model:(.+))?", name)
    if not match or not any(match.groups()):
        raise CitecodeError(f"--compare {name}: there is no such file and no such system; systems are tutorial, model:PROVIDER:NAME and tutorial+model:PROVIDER:NAME.")  # fmt: skip
    return Other(setup, bool(match[1]), match[2] or "")


class Other:
    """The tutorial pipeline, a chat model, or one before the other."""

    def __init__(self, setup: Setup, pieces: bool, model: str) -> None:
        self.setup, self.model = setup, model
        self.texts: dict[str, str] = {}
        self.finder = self._filled() if pieces else None
        self.chat = _chat(model) if model else None

    def _filled(self) -> Any:
        from assistant.retrieval import documents
        from evals.baselines.tutorial import Tutorial

        base = config.load()
        stored = [documents.load(p, name=p.stem) for p in sorted((base.corpus / "documents").glob("*.md"))]
        self.texts = {d.name: d.text for d in stored}
        return Tutorial.over(stored, base.home)

    def manifest(self) -> Mapping[str, object]:
        return {"model": self.model or "none", "documents": len(self.texts)}

    def row(self, case: Case) -> Row:
        made: Row = {"case": case.name, "inputs": dict(case.inputs), "tier": case.tier}
        found = self.finder.find(case.inputs["question"]) if self.finder else []
        quotes = [self.texts[document][start:end] for document, start, end in found]
        text = "\n\n".join(f"{quote} [{n}]" for n, quote in enumerate(quotes, 1))
        if self.chat is not None:
            try:
                text = str(self.chat.invoke(_prompt(case, quotes)).text)
            except Exception as error:  # a model that does not answer fails this case, not the run
                return {**made, "error": f"the model did not answer ({type(error).__name__})"}
        refused = "i cannot answer this" in text.lower()
        first = re.match(r"\W*(yes|no|depends|it depends)\b", text, re.I)
        answer = {
            "id": case.name, "question": case.inputs["question"], "status": "unanswered" if refused or not text else "cited",
            "verdict": first[1].lower().split()[-1] if first and self.chat is not None else None, "text": text, "rulings": [], "context": {"codes": []},
            "citations": [
                {"n": n, "source_id": document, "document": document, "title": document, "locator": "", "quote": quote, "start": start, "end": end}
                for n, ((document, start, end), quote) in enumerate(zip(found, quotes, strict=True), 1)
            ],
        }  # fmt: skip
        return {**made, "answer": answer, "evidence": {}}


def _prompt(case: Case, quotes: list[str]) -> str:
    pieces = "\nContext:\n" + "\n---\n".join(quotes) if quotes else ""
    before = "".join(f"{t.get('role', 'user')}: {t['content']}\n" for t in case.inputs.get("history") or ())
    return ASK.format(day=case.inputs.get("date_of_service") or "2026-11-22", payer=case.inputs.get("payer") or "not given", pieces=pieces, question=before + case.inputs["question"])  # fmt: skip


def _chat(model: str) -> Any:
    try:
        from langchain.chat_models import init_chat_model

        return init_chat_model(model, temperature=0, timeout=60, max_retries=1)
    except ImportError:
        raise CitecodeError(
            f"The model {model} needs another package: pip install citecode[models]."
        ) from None
    except Exception as error:
        raise CitecodeError(f"The model {model} cannot be used ({type(error).__name__}).") from None
