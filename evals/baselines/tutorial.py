"""The pipeline most tutorials build, on the same documents and the same weights: RecursiveCharacterTextSplitter 1000/200,
HuggingFaceEmbeddings, Chroma, the k nearest. What we are compared with; nothing of the product imports it."""

from __future__ import annotations

import os
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.retrieval import embed
from assistant.retrieval.documents import StoredDocument

SIZE, OVERLAP, K = 1000, 200, 4

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ["ANONYMIZED_TELEMETRY"] = "False"


@dataclass
class Tutorial:
    """A filled store, and how long it took to fill."""

    store: Any
    folder: tempfile.TemporaryDirectory[str]
    speed: dict[str, object]

    @classmethod
    def over(cls, stored: Sequence[StoredDocument], home: Path, name: str = embed.DEFAULT) -> Tutorial:
        """Split, embed and store documents as the tutorials do it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from langchain_chroma import Chroma
            from langchain_core.documents import Document
            from langchain_huggingface import HuggingFaceEmbeddings
            from langchain_text_splitters import RecursiveCharacterTextSplitter

            model = HuggingFaceEmbeddings(
                model_name=str(embed.find(name, home).folder),
                model_kwargs={"device": "cpu", "local_files_only": True},
            )
            folder = tempfile.TemporaryDirectory()
            start = time.perf_counter()
            cutter = RecursiveCharacterTextSplitter(
                chunk_size=SIZE, chunk_overlap=OVERLAP, add_start_index=True
            )
            pages = [Document(page_content=d.text, metadata={"name": d.name}) for d in stored]
            store = Chroma.from_documents(cutter.split_documents(pages), model, persist_directory=folder.name)
            took = time.perf_counter() - start
        size = sum(len(d.text) for d in stored)
        speed: dict[str, object] = {
            "ingest": "tutorial torch f32",
            "chars_per_s": round(size / took),
            "seconds": round(took, 1),
        }
        return cls(store, folder, speed)

    def find(self, question: str, k: int = K) -> list[tuple[str, int, int]]:
        """The k nearest pieces: (document, start, end) in the stored text."""
        found = self.store.similarity_search(question, k=k)
        return [
            (d.metadata["name"], d.metadata["start_index"], d.metadata["start_index"] + len(d.page_content))
            for d in found
        ]
