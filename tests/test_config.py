"""Where things are: flags before environment before the platform's folder."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from assistant import config
from assistant.domain import CitecodeError


def test_everything_lies_under_the_home(home: Path) -> None:
    made = config.load()
    assert (made.home, made.index, made.tables) == (home, home / "index", home / "tables")
    assert made.model == "none" and (made.corpus / "sources.yaml").is_file()
    assert list(home.iterdir()) == [], "reading the configuration writes nothing"


def test_flags_override_one_part(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = config.load("mine", tmp_path / "cms", "ollama:llama3")
    assert made.index == tmp_path / "mine" and made.tables == tmp_path / "cms"
    assert made.home == home and made.model == "ollama:llama3"


def test_the_environment_names_home_and_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CITECODE_HOME", " ~/codes ")
    monkeypatch.setenv("CITECODE_MODEL", " openai:gpt ")
    made = config.load()
    assert made.home == tmp_path / "codes" and made.model == "openai:gpt"
    assert config.load(model="none").model == "none", "a flag says more"
    monkeypatch.setenv("CITECODE_MODEL", "  ")
    assert config.load().model == "none"


def test_a_relative_home_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CITECODE_HOME", "here")
    assert config.load().index == tmp_path / "here" / "index"


def test_the_default_home_is_the_platforms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CITECODE_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert config.home().name == "citecode"
    monkeypatch.setenv("CITECODE_HOME", "   ")
    assert config.home().name == "citecode", "blank is the same as unset"


def test_a_file_in_a_folders_place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for given in ({"index": file}, {"tables": str(file)}):
        with pytest.raises(CitecodeError, match="is a file, not a folder"):
            config.load(**given)
    monkeypatch.setenv("CITECODE_HOME", str(file))
    with pytest.raises(CitecodeError, match="CITECODE_HOME"):
        config.load()


def test_it_is_frozen(home: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        config.load().model = "x"  # type: ignore[misc]


def test_a_missing_corpus_is_said(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "__file__", str(tmp_path / "assistant" / "config.py"))
    with pytest.raises(CitecodeError, match=r"holds no sources\.yaml"):
        config.load()
    copy = tmp_path / "assistant" / "corpus"
    copy.mkdir(parents=True)
    (copy / "sources.yaml").write_text("sources: []")
    assert config.corpus() == copy, "the wheel carries a copy beside the code"
