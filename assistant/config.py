"""Where things are and what is chosen: one frozen value, made once from flags and environment.

Everything the program writes lies under `CITECODE_HOME` (default: the platform's user data folder)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from assistant.domain import CitecodeError


@dataclass(frozen=True, slots=True)
class Config:
    """`corpus`: what is shipped; `index`: the Chroma builds; `tables`: the loaded CMS files; `model`: "none" or "provider:model"."""

    home: Path
    corpus: Path
    index: Path
    tables: Path
    model: str = "none"


def home() -> Path:
    """The folder everything written lies under."""
    given = os.environ.get("CITECODE_HOME", "").strip()
    if given:
        return Path(given).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("citecode", appauthor=False)


def corpus() -> Path:
    """`corpus/` of the checkout where there is one, else the copy the wheel carries. Errors: CitecodeError when neither is there."""
    package = Path(__file__).resolve().parent
    for folder in (package.parent / "corpus", package / "corpus"):
        if (folder / "sources.yaml").is_file():
            return folder
    raise CitecodeError(
        f"The corpus is missing: {package.parent / 'corpus'} holds no sources.yaml; install Citecode again."
    )


def load(
    index: Path | str | None = None, tables: Path | str | None = None, model: str | None = None
) -> Config:
    """The configuration of this run; what is None comes from the environment or the default. Errors: CitecodeError where a
    file stands in a folder's place."""
    base = home()
    made = Config(
        home=base,
        corpus=corpus(),
        index=Path(index).expanduser().absolute() if index else base / "index",
        tables=Path(tables).expanduser().absolute() if tables else base / "tables",
        model=(model or os.environ.get("CITECODE_MODEL", "")).strip() or "none",
    )
    for name, folder in (("CITECODE_HOME", made.home), ("--index", made.index), ("--tables", made.tables)):
        if folder.exists() and not folder.is_dir():
            raise CitecodeError(
                f"{folder} ({name}) is a file, not a folder; give a folder, or a path that is free."
            )
    return made
