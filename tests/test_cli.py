"""The command line: exit statuses, what goes where, and one sentence for whatever is wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from tests.calling import Said, call

ROOT = Path(__file__).resolve().parents[1]
RULED = "can I bill 97012 with 51?"
FOUND = "how long is a traction session"


@pytest.fixture
def built(built_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CITECODE_HOME", str(built_home))
    monkeypatch.setenv("CITECODE_TODAY", "2026-11-22")
    return built_home


def run(*words: object, given: bytes = b"", **env: str) -> Said:
    """`citecode WORDS...` as its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *(os.fsencode(str(word)) for word in words)],
        cwd=ROOT,
        env={**os.environ, **env},
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )
    said = Said(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
    assert "Traceback" not in said.err, said.err
    return said


def one_sentence(said: Said, status: int = 1) -> str:
    """A refusal: nothing on standard output, one line that is no defect on standard error."""
    assert said.status == status, said
    assert said.out == "", said.out
    lines = said.err.strip().splitlines()
    assert len(lines) == 1, said.err
    assert "Traceback" not in said.err and "defect" not in said.err
    assert lines[0].startswith("citecode") and len(lines[0]) > 25, lines[0]
    return lines[0]


# what a rule decides is answered without the heavy half -------------------------------------------------------------


def test_a_ruled_question_imports_no_heavy_library(tmp_path: Path) -> None:
    """Nor does it need an index, or write anything."""
    code = (
        "import sys; from assistant.cli import main; status = main(sys.argv[1:]); "
        "print(status, sorted({m.split('.')[0] for m in sys.modules} & set(sys.stdin.read().split())))"
    )
    heavy = (
        "torch chromadb openvino numpy sentence_transformers transformers tokenizers onnxruntime "
        "langchain langchain_core streamlit pandas requests httpx sqlalchemy"
    )
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", RULED],
        cwd=ROOT,
        env={**os.environ, "CITECODE_HOME": str(home)},
        input=heavy,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stdout + done.stderr
    assert done.stdout.startswith("No. ")
    assert not home.exists()


# usage ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("bogus",),
        ("ask",),
        ("ask", "--json"),
        ("ask", RULED, "--bogus"),
        ("ask", RULED, "--batch", "x.jsonl"),
        ("ask", RULED, "--out", "x.jsonl"),
        ("ask", "one", "two"),
        ("ask", RULED, "--date-of-service", "2026-13-01"),
        ("ask", RULED, "--date-of-service", "tomorrow"),
        ("ask", RULED, "--setting", "moon"),
        ("ask", RULED, "--rendered-by", "plumber"),
        ("search",),
        ("search", "traction", "-k", "0"),
        ("search", "traction", "-k", "many"),
        ("audit",),
        ("lookup",),
        ("units",),
        ("check",),
        ("fee",),
        ("document",),
        ("facts", "--changes", "mpfs"),
    ],
)
def test_wrong_usage_is_status_2(
    words: tuple[str, ...], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_sentence(call(capsys, *words), 2)


def test_help_and_version_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("--help",), ("--version",), ("ask", "--help")):
        said = call(capsys, *words)
        assert said.status == 0 and said.out and not said.err
    for command in ("ask", "lookup", "units", "check", "fee", "facts", "search", "document", "audit"):
        assert command in call(capsys, "--help").out


# bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ask", ""), "empty"),
        (("ask", "   \n\t "), "empty"),
        (("ask", "a" * 1_000_000), "1,000,000 characters"),
        (("ask", "97012 " * 170_000), "characters"),
        (("ask", "--batch", "no/such/file.jsonl"), "no/such/file.jsonl"),
        (("ask", "--batch", "."), "directory"),
        (("ask", "--batch", ""), ""),
        (("search", ""), "empty"),
        (("lookup", ""), ""),
        (("lookup", "zzzzqq"), "zzzzqq"),
        (("lookup", "97012", "--page", "0"), "--page"),
        (("units", "97112"), "97112"),
        (("units", "97112=-3"), "97112=-3"),
        (("units", "97112=many"), "97112=many"),
        (("units", "97112=999999999999"), "97112=999999999999"),
        (("fee", "nonsense!"), "nonsense!"),
        (("fee", "97110=0"), "97110=0"),
        (("fee", "97110", "--locality", "Atlantis"), "Atlantis"),
        (("check", "no/such/claim.json"), "no/such/claim.json"),
        (("check", "."), ""),
        (("audit", "no/such/memo.txt"), "no/such/memo.txt"),
        (("audit", "."), "directory"),
        (("facts", "nonsense"), "nonsense"),
        (("facts", "--changes", "mpfs", "a", "b"), "--codes"),
        (("facts", "--changes", "mpfs", "a", "b", "--codes", "no/such.txt"), "no/such.txt"),
    ],
)
def test_bad_input_is_one_sentence_and_status_1(
    words: tuple[str, ...], says: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says in one_sentence(call(capsys, *words))


def test_bad_files_are_named(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "empty": b"",
        "binary": bytes(range(256)) * 40,
        "latin1.txt": "Übung".encode("latin-1"),
        "utf16.txt": "97012 may take 51".encode("utf-16"),
        "list.json": b"[1, 2]",
        "deep.json": b"[" * 100_000,
        "claim.json": b'{"lines": 5}',
        "lines.json": b'{"lines": [5]}',
        "units.json": b'{"lines": [{"code": "97012", "units": "x"}]}',
        "date.json": b'{"date_of_service": "soon", "lines": [{"code": "97012"}]}',
    }
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert name in one_sentence(call(capsys, "check", path)), name
        if name in {"binary", "latin1.txt", "utf16.txt"}:
            assert name in one_sentence(call(capsys, "audit", path))


def test_a_clock_that_is_no_date(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITECODE_TODAY", "soon")
    assert "CITECODE_TODAY" in one_sentence(call(capsys, "ask", RULED))


@pytest.mark.parametrize("command", [("ask", FOUND), ("search", FOUND), ("document", "x")])
def test_an_index_that_is_none(
    command: tuple[str, ...], built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file, another program's folder, a pointer to nothing, a pointer that is junk: named, and left alone."""
    file = tmp_path / "file"
    file.write_text("not an index")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "chroma.sqlite3").write_text("another program's")
    gone = tmp_path / "gone"
    gone.mkdir()
    (gone / "CURRENT").write_text("build-that-is-gone")
    junk = tmp_path / "junk"
    junk.mkdir()
    (junk / "CURRENT").write_bytes(b"\xff\xfe\x00../../etc")
    before = sorted((p, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file())
    for place in (file, foreign, gone, junk):
        assert str(place) in one_sentence(call(capsys, *command, "--index", place)), place
    assert sorted((p, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file()) == before


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "documents.json",
        "chroma.sqlite3",
    ],
)
def test_an_index_that_is_damaged(
    name: str, built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    shutil.copytree(built / "index", index)
    [damaged] = index.rglob(name)
    damaged.write_bytes(b"\x00junk" * 100)
    assert "ingest.py" in one_sentence(call(capsys, "search", FOUND, "--index", index))
    assert call(capsys, "ask", RULED, "--index", index).status == 0, "a ruling needs no index"


def test_without_an_index(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule still decides; what needs documents says what to run; nothing is written."""
    assert call(capsys, "ask", RULED, "--json").json["verdict"] == "no"
    answer = call(capsys, "ask", FOUND, "--json").json
    assert answer["status"] == "unanswered" and "python ingest.py" in answer["text"]
    assert list(home.iterdir()) == []


def test_searching_without_an_index(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said at once, before a model is looked for."""
    assert "python ingest.py" in one_sentence(call(capsys, "search", FOUND))
    assert "python ingest.py" in one_sentence(call(capsys, "document", "x"))
    assert list(home.iterdir()) == []


def test_a_ruled_question_needs_no_index_of_this_program(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "x").write_text("x")
    assert call(capsys, "ask", RULED, "--index", tmp_path / "foreign", "--json").json["verdict"] == "no"


def test_a_file_where_a_folder_belongs(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("kept")
    for flag in ("--index", "--tables"):
        assert str(file) in one_sentence(call(capsys, "ask", RULED, flag, file))
    monkeypatch.setenv("CITECODE_HOME", str(file))
    assert str(file) in one_sentence(call(capsys, "ask", RULED))
    assert file.read_text() == "kept"


def test_tables_that_are_damaged(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content in (b"junk", b"SQLite format 3\x00" + b"\xff" * 4000, b""):
        file = tmp_path / "tables.sqlite"
        file.write_bytes(content)
        said = call(capsys, "ask", RULED, "--tables", tmp_path)
        if content:
            assert str(tmp_path) in one_sentence(said)
        else:
            assert "defect" not in said.err
        assert file.read_bytes() == content


def test_a_home_that_cannot_be_written(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Root may write anywhere; what nobody can write is a folder under a file."""
    said = run("ask", RULED, CITECODE_HOME="/proc/version/home")
    assert said.status == 0 and said.out.startswith("No. ")
    said = run("ask", FOUND, CITECODE_HOME="/proc/version/home")
    assert said.status in (0, 1) and (said.out or said.err)


def test_the_index_is_read_where_nothing_may_be_written(built: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("needs setpriv to read as another user")
    home = tmp_path / "home"
    shutil.copytree(built, home)
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(home)], check=True)
    words = [sys.executable, "-m", "assistant", "ask", FOUND, "--json"]
    if os.geteuid() == 0:  # root may write anywhere, unless it gives that up
        words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", *words]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "CITECODE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    subprocess.run(["chmod", "-R", "u+w", str(home)], check=True)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "cited"


# odd characters ------------------------------------------------------------------------------------------------------


def test_control_characters_steer_no_terminal(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dirty = "can I bill\x1b[31m 97012\x07 with\x9b 51?\r\x08"
    said = call(capsys, "ask", dirty)
    assert said.status == 0 and said.out.startswith("No. ")
    assert not {c for c in said.out if ord(c) < 32 or 127 <= ord(c) < 160} - {"\n"}
    answer = call(capsys, "ask", dirty, "--json")
    assert answer.json["verdict"] == "no" and "\x1b" not in answer.out
    said = call(capsys, "facts", "no\x1b[31mtable")
    assert said.status == 1 and "\x1b" not in said.err


def test_bytes_that_are_no_utf8(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An argument in another encoding arrives as half surrogates."""
    assert run("ask", "97012 \udcff with 51?", "--json").json["verdict"] == "no"
    assert call(capsys, "search", "traction \udcff session", "-k", 1, "--json").status == 0
    for words in (("document", "\udcff"), ("facts", "\udcff"), ("units", "\udcff=3"), ("audit", "\udcff")):
        one_sentence(call(capsys, *words))


def test_half_surrogates_and_nul_in_a_batch(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"id": 1, "question": "can I bill 97012 with 51? \ud800"},
        {"id": 2, "question": "how long is a traction session \udfff\ud800"},
        {"id": 3, "question": "is 97012\x00 timed?"},
        {"id": 4, "question": "how long is\x00 a traction session"},
        {"id": 5, "question": "and is it timed?", "history": [{"role": "user", "content": "97012 \ud800"}]},
        {"id": 6, "question": "is 97012 timed?", "payer": "\ud800"},
    ]
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for words in ((), ("--out", out)):
        said = call(capsys, "ask", "--batch", path, *words)
        assert said.status == 0, said.err
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [a["id"] for a in answers] == [1, 2, 3, 4, 5, 6]
    assert [a["status"] for a in answers] == ["ruled", "cited", "ruled", "cited", "ruled", "ruled"]
    said = call(capsys, "search", "--batch", path)
    assert said.status == 0 and len(said.lines) == 6


def test_a_long_line_is_refused_and_the_next_answered(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.jsonl"
    rows = [{"id": 1, "question": "x" * n} for n in (1_000_000, 5_000_000)]
    rows.append({"id": 2, "question": RULED})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = call(capsys, "ask", "--batch", path)
    assert said.status == 1
    assert [("error" in line, len(json.dumps(line)) < 20_000) for line in said.lines] == [
        (True, True),
        (True, True),
        (False, True),
    ]


# nothing is lost -----------------------------------------------------------------------------------------------------


def test_out_that_cannot_be_written(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"question": RULED}) + "\n")
    for out in (tmp_path, tmp_path / "no" / "folder.jsonl", path / "under-a-file"):
        assert str(out) in one_sentence(call(capsys, "ask", "--batch", path, "--out", out))


def test_out_never_replaces_the_questions(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, link = tmp_path / "in.jsonl", tmp_path / "link.jsonl"
    path.write_text(json.dumps({"question": RULED}) + "\n")
    link.symlink_to(path)
    before = path.read_text()
    for out in (path, link):
        assert "--out" in one_sentence(call(capsys, "ask", "--batch", path, "--out", out))
    assert path.read_text() == before


def test_old_answers_are_kept_when_there_are_no_questions(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old answers\n")
    one_sentence(call(capsys, "ask", "--batch", tmp_path / "none.jsonl", "--out", out))
    assert out.read_text() == "old answers\n"


def test_a_defect_in_one_line_loses_no_other(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.pipeline import Assistant

    ask = Assistant.ask

    def failing(self: Assistant, text: str, **given: Any) -> Any:
        if text == "fail":
            raise KeyError("no such thing")
        return ask(self, text, **given)

    monkeypatch.setattr(Assistant, "ask", failing)
    path = tmp_path / "in.jsonl"
    path.write_text(
        "".join(json.dumps({"id": i, "question": q}) + "\n" for i, q in ((1, "fail"), (2, RULED)))
    )
    said = call(capsys, "ask", "--batch", path)
    assert said.status == 1 and "KeyError" in said.lines[0]["error"] and said.lines[1]["verdict"] == "no"
    said = call(capsys, "ask", "fail")
    assert said.status == 1 and "defect" in said.err and "Traceback" not in said.err
    monkeypatch.setenv("CITECODE_DEBUG", "1")
    with pytest.raises(KeyError):
        cli.main(["ask", "fail"])


def test_a_reader_that_goes_away(built: Path) -> None:
    """`citecode ... | head -1`: no traceback, no message, status 0."""
    for words in (["facts", "mpfs"], ["facts", "mpfs", "--json"], ["ask", RULED, "--json"]):
        with subprocess.Popen(
            [sys.executable, "-m", "assistant", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as started:
            assert started.stdout and started.stderr
            assert started.stdout.readline()
            started.stdout.close()
            assert started.stderr.read() == b""
            assert started.wait(60) == 0, words


def test_a_full_disk(home: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "ask", RULED],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "space" in done.stderr, done.stderr


def test_interrupted_is_status_130_and_keeps_what_was_answered(home: Path, tmp_path: Path) -> None:
    """The reading end answers the first line, then interrupts while the program waits for the next one."""
    out = tmp_path / "out.jsonl"
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "ask", "--batch", "-"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A test run in the background ignores the interrupt, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as started:
        assert started.stdin and started.stdout and started.stderr
        started.stdin.write(json.dumps({"id": 1, "question": RULED}).encode() + b"\n")
        started.stdin.flush()
        first = started.stdout.readline()
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == 130
        assert started.stderr.read() == b"citecode: stopped.\n"
    assert json.loads(first)["verdict"] == "no" and not out.exists()


def test_a_batch_streams_from_standard_input(home: Path) -> None:
    lines = "".join(json.dumps({"id": i, "question": RULED}) + "\n" for i in range(3)).encode()
    said = run("ask", "--batch", "-", given=lines)
    assert said.status == 0 and [a["id"] for a in said.lines] == [0, 1, 2]
    said = run("audit", "-", "--json", given=b"97012 may take modifier 51.")
    assert said.json["label"] == "contradicts"


# what people read ----------------------------------------------------------------------------------------------------


def test_text_opens_with_the_verdict_and_ends_with_the_notice(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = call(capsys, "ask", RULED)
    assert said.out.startswith("No. ") and "**" not in said.out
    assert "trademark of the American Medical Association" in " ".join(said.out.split())
    assert "[1]" in said.out and max(len(line) for line in said.out.splitlines()) <= 110
    assert said.err == ""


@pytest.mark.parametrize(
    "words",
    [
        ("lookup", "97012"),
        ("units", "97112=24", "97110=23"),
        ("fee", "97110=2", "97012"),
        ("facts",),
        ("facts", "kx_threshold"),
        ("facts", "--check"),
        ("search", "traction session"),
    ],
)
def test_every_tool_prints_text_too(
    words: tuple[str, ...], built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = call(capsys, *words)
    assert said.status == 0 and said.out.strip() and said.err == ""
    assert "Edition(" not in said.out and "Fact(" not in said.out, (
        "no object of the program is printed as it is"
    )
    assert not said.out.lstrip().startswith("{")
