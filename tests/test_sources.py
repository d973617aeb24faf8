"""The register of sources: strict reading, every refusal with file, line and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.domain import CitecodeError, Source
from assistant.sources import Sources

REGISTER = Path(__file__).parent.parent / "corpus" / "sources.yaml"
GOOD = """\
sources:
  - id: a-source
    title: "A title"
    publisher: "A publisher"
    edition: "2026"
    authority: "CMS"
    kind: manual
    effective_from: 2026-01-01
    effective_to: 2026-12-31
    url: https://www.cms.gov/
    retrieved: 2026-11-22
    licence: "US government work"
"""
AGREED = """cms-pprrvu-2026-07 cms-pprrvu-2025-10 cms-rvu25d-layout cms-mue-2026q2 cms-mue-2024q3
cms-ptp-2024-07-01 cms-ptp-hospital-2024-07-01 cms-aoc-2026q3 ncci-policy-manual-2026 mbpm-ch15 mcpm-ch5
mcpm-ch12 mcpm-ch23 hcpcs-2025-01 icd10cm-fy2025 icd10cm-guidelines-fy2026 cpt-appendix-a cpt-appendix-e
cpt-time-rule cpt-em-guidelines noridian-modifier-51 mln-1783722 cms-cq-co-examples cms-therapy-code-list
noridian-kx ngs-kx-10703808 ngs-mppr apta-mppr novitas-51 trade-seed-97012 trade-kx-2026
citecode-corpus""".split()


def load(tmp_path: Path, text: str) -> Sources:
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return Sources.load(path)


def test_the_register_holds_the_agreed_ids() -> None:
    register = Sources.load(REGISTER)
    assert [source_id for source_id in AGREED if source_id not in register] == []
    assert register["cms-mue-2026q2"].effective_from == date(2026, 4, 1)
    assert register["cms-mue-2026q2"].effective_to == date(2026, 6, 30)


def test_every_field_is_read(tmp_path: Path) -> None:
    register = load(tmp_path, GOOD)
    assert dict(register) == {
        "a-source": Source(
            id="a-source",
            title="A title",
            publisher="A publisher",
            edition="2026",
            authority="CMS",
            kind="manual",
            effective_from=date(2026, 1, 1),
            effective_to=date(2026, 12, 31),
            url="https://www.cms.gov/",
            retrieved=date(2026, 11, 22),
            licence="US government work",
        )
    }
    assert register.get("nothing") is None


def test_more_sources_join_without_changing_the_register(tmp_path: Path) -> None:
    register = load(tmp_path, GOOD)
    more = Source(id="loaded", title="t", publisher="p", edition="e", authority="CMS", kind="cms_file")
    assert list(register.plus([more])) == ["a-source", "loaded"]
    assert list(register) == ["a-source"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("    kind: manual\n", "    kind: rumour\n", 7, "unknown kind 'rumour'"),
        ("    kind: manual\n", "    kind: manual\n    kind: own\n", 8, "the key 'kind' stands twice"),
        ("    kind: manual\n", "    kind: manual\n    page: '4'\n", 8, "unknown key 'page'"),
        ('    title: "A title"\n', "", 2, "'title' is missing"),
        ('edition: "2026"', "edition: 2026", 5, 'write "2026"'),
        ('edition: "2026"', "edition: ", 5, "edition is empty"),
        ('authority: "CMS"', "authority: NO", 6, 'YAML reads bare NO as bool; write "NO"'),
        ("2026-01-01", "2026-13-01", 8, "is no date"),
        ("2026-01-01", "January", 8, "is no date"),
        ("effective_to: 2026-12-31", "effective_to: 2025-12-31", 9, "effective_to lies before"),
        ("https://www.cms.gov/", "ftp://cms.gov/", 10, "the url must start with https://"),
        ("id: a-source", "id: A_Source", 2, "must be lower case words"),
        ("sources:", "source:", 1, "unknown key 'source'"),
    ],
)
def test_a_wrong_value_is_refused_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in GOOD
    with pytest.raises(CitecodeError) as refused:
        load(tmp_path, GOOD.replace(old, new))
    assert f"sources.yaml:{line}: " in str(refused.value)
    assert reason in str(refused.value)


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CitecodeError, match=r"sources.yaml:13: the source id 'a-source' stands twice"):
        load(tmp_path, GOOD + GOOD.removeprefix("sources:\n"))


@pytest.mark.parametrize("text", ["", "# only a comment\n", "sources: [\n", "- 1\n", "sources: words\n"])
def test_a_file_that_is_no_register_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CitecodeError, match=r"sources.yaml:\d+: "):
        load(tmp_path, text)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CitecodeError, match="cannot be read"):
        Sources.load(tmp_path / "absent.yaml")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00junk")
    with pytest.raises(CitecodeError, match="is not UTF-8"):
        Sources.load(binary)
