"""The real embedding model, opened once for the run, and small indexes made with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.retrieval import builds, documents
from assistant.retrieval.builds import Input
from assistant.retrieval.embed import Embedder
from assistant.retrieval.index import Index

Make = Callable[[dict[str, str]], Index]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The default model, in the home of the run (converted there the first time)."""
    return Embedder.open(Path(os.environ["CITECODE_HOME"]))


def written(folder: Path, texts: dict[str, str]) -> list[Input]:
    """Files with these texts, loaded as documents of the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [Input(documents.load(folder / name)) for name in texts]


def built(folder: Path, inputs: Sequence[Input], embedder: Embedder) -> builds.Counts:
    with builds.writing(folder):
        return builds.build(folder, inputs, embedder)


@pytest.fixture
def make(tmp_path: Path, embedder: Embedder) -> Make:
    """Texts by file name -> an open index over them."""

    def made(texts: dict[str, str]) -> Index:
        built(tmp_path / "index", written(tmp_path / "files", texts), embedder)
        return Index.open(tmp_path / "index", embedder)

    return made
