"""The two programs beside the package, `ingest.py` and `evals`, run as the command line runs them.

A page and a terminal so do exactly the same, and a long run keeps its memory to itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant import config
from assistant.domain import CitecodeError

LIMIT = 3600
"""Seconds a run may take."""
_UNSAFE = re.compile(r"[^\w.() -]+")


def root() -> Path:
    """The checkout. Errors: CitecodeError where Citecode was installed without it."""
    folder = config.corpus().parent
    if not (folder / "ingest.py").is_file():
        raise CitecodeError(
            "Documents are added from a checkout of Citecode: run `python ingest.py FILE` there."
        )
    return folder


def run(*arguments: str) -> tuple[int, str, str]:
    """Run `python ARGUMENTS` in the checkout: (exit status, output, messages)."""
    try:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=root(),
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CitecodeError(f"The run took longer than {LIMIT // 60} minutes and was stopped.") from None
    return done.returncode, done.stdout, done.stderr


def follow(heard: Callable[[str], None], *arguments: str) -> tuple[int, str, str]:
    """The same, while `heard` is given each line of the messages as it comes."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=root(),
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        stop = threading.Timer(LIMIT, process.kill)
        stop.start()
        try:
            lines = []
            for line in process.stderr or ():
                lines.append(line)
                heard(line.rstrip())
            status = process.wait()
        except BaseException:  # the reader left the page: the run ends with it
            process.kill()
            process.wait()
            raise
        finally:
            stop.cancel()
            if process.stderr:
                process.stderr.close()
        out.seek(0)
        return status, out.read(), "".join(lines)


def progress(line: str) -> tuple[str, int, int] | None:
    """(what, done, of) where a line says so."""
    found = re.fullmatch(r"progress (\w+) (\d+) (\d+)", line)
    return (found[1], int(found[2]), int(found[3])) if found else None


def uploads() -> Path:
    """Where files that came through the page are kept, so that they can be read again."""
    folder = config.home() / "uploads"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CitecodeError(f"{folder} cannot be written ({error.strerror}); set CITECODE_HOME.") from error
    return folder


def keep(files: Sequence[tuple[str, bytes]]) -> list[Path]:
    """Write uploaded files (name, content) and return their paths; a name never leads out of the folder."""
    folder, paths = uploads(), []
    for name, content in files:
        path = folder / safe(name)
        path.write_bytes(content)
        paths.append(path)
    return paths


def safe(name: str) -> str:
    """A file name as it may be written: no folders, no leading dot, no control characters."""
    last = re.split(r"[\\/]", name)[-1]
    return _UNSAFE.sub("_", last).lstrip(". ")[-120:] or "document.txt"


def messages(*texts: str) -> list[str]:
    """The lines of a run that are for people: no progress bars, no paths of the library's own chatter."""
    lines = [line.strip() for text in texts for line in text.replace("\r", "\n").splitlines()]
    return [
        line
        for line in lines
        if line and not re.match(r"progress \w+ \d|Loading weights|\[transformers\]|\w+ +\[#* *\]", line)
    ]
