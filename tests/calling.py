"""Calling `citecode` in this process and holding what it prints against a shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from assistant import cli


class Said(NamedTuple):
    """What one command printed and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def call(capsys: pytest.CaptureFixture[str], *words: object) -> Said:
    """`citecode WORDS...` in this process."""
    capsys.readouterr()
    try:
        status = cli.main([str(word) for word in words])
    except SystemExit as stopped:
        status = int(str(stopped.code))
    said = capsys.readouterr()
    return Said(status, said.out, said.err)


class Each(NamedTuple):
    """Every value of an object, whatever its keys."""

    shape: Any


def misfits(value: Any, shape: Any, at: str = "$") -> list[str]:
    """Where `value` has not the shape, [] when it has.

    A shape is a type, None for null, a set of allowed values, a dict of the keys that must be there, a list
    with the shape of each item, `Each`, or a tuple of shapes of which one must fit."""
    if isinstance(shape, dict):
        if not isinstance(value, Mapping):
            return [f"{at} is {value!r}, not an object"]
        found = []
        for key, inner in shape.items():
            if key not in value:
                found.append(f"{at}.{key} is missing")
            else:
                found += misfits(value[key], inner, f"{at}.{key}")
        return found
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{at} is {value!r}, not a list"]
        return [m for i, item in enumerate(value) for m in misfits(item, shape[0], f"{at}[{i}]")]
    if isinstance(shape, Each):
        if not isinstance(value, Mapping):
            return [f"{at} is {value!r}, not an object"]
        return [m for key, item in value.items() for m in misfits(item, shape.shape, f"{at}.{key}")]
    if isinstance(shape, tuple):
        tried = [misfits(value, one, at) for one in shape]
        return [] if [] in tried else tried[0]
    if isinstance(shape, set):
        return [] if value in shape else [f"{at} is {value!r}, not one of {shape}"]
    if shape is None:
        return [] if value is None else [f"{at} is {value!r}, not null"]
    if shape in (int, float) and isinstance(value, bool):
        return [f"{at} is {value!r}, not a number"]
    return [] if isinstance(value, shape) else [f"{at} is {value!r}, not {shape.__name__}"]
