"""Write docs/topics.md, the list of what rules decide, from `assistant.rules.TOPICS`.

python scripts/topics.py            write it
python scripts/topics.py --check    exit status 1 when it is not up to date
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant.rules import TOPICS, Topic  # noqa: E402 - found through the line above

PAGE = ROOT / "docs" / "topics.md"
HEAD = """\
# What rules decide

Written by `python scripts/topics.py` from `TOPICS` in `assistant/rules/__init__.py`; change it there.

Every ruling names its topic. A ruling's `verdict` answers the question in this table, whatever way it was asked;
an answer's `verdict` answers the question as it was asked ("is 97012 exempt from 51?" is `yes`, while the ruling on
`modifier_51` is `no`). Topics whose question is no yes/no question have the verdict `null`, and so have the forms
that ask for a value, a choice or a reason. What no rule decides is answered from the documents, with citations.

| Topic | The question its verdict answers | How it may be put | Rule |
|---|---|---|---|
"""
FOOT = """
CPT is a registered trademark of the American Medical Association.
"""


def page(topics: Mapping[str, Topic] = TOPICS) -> str:
    """The page: one row a topic, by name."""
    rows = []
    for name in sorted(topics):
        topic = topics[name]
        forms = ", ".join(form.replace("_", " ") for form in topic.forms)
        asks = topic.asks.replace("|", r"\|")
        link = f"[{topic.module}.py](../assistant/rules/{topic.module}.py)"
        rows.append(f"| `{name}` | {asks} | {forms} | {link} |\n")
    return HEAD + "".join(rows) + FOOT


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write docs/topics.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; say whether it is up to date")
    args = parser.parse_args(argv)
    made = page()
    if args.check:
        held = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
        if held != made:
            print("docs/topics.md is not up to date: run python scripts/topics.py", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
