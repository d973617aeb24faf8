"""Records -> PDF: a conversation on paper, with its verdicts, sources and warnings.

Whatever stands in a record is set as text: the little markup that ReportLab reads is written here alone, and every
sign of a question, a document or a model that could be read as markup is escaped before."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from assistant.render import TRADEMARK, printable
from assistant.ui import html

_MARKS = re.compile(r"\\([\\`*_\[\]<>|~])|(\*\*)| ?((?:\[\d{1,3}\])+)")
_INK, _MUTED, _LINE = "#1b2430", "#515c69", "#dbe1e8"
_COLOURS = {"yes": ("#15603a", "#e3f4e9"), "no": ("#9b1c1c", "#fbe8e8"), "depends": ("#744700", "#fdf0d8")}
_PLAIN = ("#1b2430", "#eef2f6")


def conversation(title: str, records: Sequence[Mapping[str, Any]], about: str = "") -> bytes:
    """One PDF, A4. `about` stands under the title (when it was asked, how many answers)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    styles = _styles()
    story: list[Any] = [Paragraph(_text(title), styles["title"])]
    if about:
        story.append(Paragraph(_text(about), styles["meta"]))
    for record in records:
        story += [Spacer(1, 14), *_turn(record, styles)]
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=56, rightMargin=56, topMargin=52, bottomMargin=64,
        title=_held(title), author="Citecode", creator="Citecode", invariant=1,
    )  # fmt: skip
    paper.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


def _turn(record: Mapping[str, Any], styles: Mapping[str, Any]) -> Iterator[Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import HRFlowable, KeepTogether, ListFlowable, ListItem, Paragraph, Spacer

    made = record["answer"]
    verdict = made["verdict"]
    label = html.VERDICTS.get(verdict) or html.STATUS.get(made["status"]) or "Ruled"
    ink, ground = _COLOURS.get(verdict, _PLAIN)
    badge = f'<font color="{ink}" backColor="{ground}"><b>\u00a0{_text(label)}\u00a0</b></font>'
    yield KeepTogether(
        [
            Paragraph(_text(made["question"]), styles["question"]),
            Paragraph(
                f'{badge} <font color="{_MUTED}" size="8.5">{_text(scope(made))}</font>', styles["head"]
            ),
        ]
    )
    items: list[Any] = []
    for line in [*str(made["text"]).split("\n"), ""]:
        if line.startswith("- "):
            items.append(ListItem(Paragraph(_inline(line[2:]), styles["body"]), leftIndent=14))
            continue
        if items:
            yield ListFlowable(items, bulletType="bullet", start="•", leftIndent=12, bulletFontSize=8)
            items = []
        if line.strip():
            yield Paragraph(_inline(line), styles["body"])
    for row in made["overruled"]:
        origin = "The draft" if row.get("origin") in (None, "", "none") else row["origin"]
        yield Paragraph(
            f"Overruled: {_text(origin)} says: <strike>{_text(row['text'])}</strike>", styles["meta"]
        )
    if made["warnings"]:
        yield Paragraph(_text(" ".join(made["warnings"])), styles["meta"])
    if made["citations"]:
        yield Spacer(1, 4)
        yield HRFlowable(width="100%", thickness=0.6, color=HexColor(_LINE), spaceAfter=4)
    for c in made["citations"]:
        place = ", ".join(p for p in (c["title"], c["edition"], c["locator"]) if p)
        url = f" {c['url']}" if c["url"] else ""
        yield Paragraph(
            f'<b>[{c["n"]}]</b> “{_text(html.short(c["quote"], 400))}” <font color="{_MUTED}">{_text(place)}{_text(url)}</font>',
            styles["source"],
        )


def scope(made: Mapping[str, Any]) -> str:
    """Date, payer, setting and who rendered, in words."""
    context = made["context"]
    parts = [f"date of service {context['date_of_service']}"]
    parts.append(f"payer {html.words(context['payer'])}" if context["payer"] else "payer not given")
    if context["setting"] != "practitioner":
        parts.append(html.words(context["setting"]))
    if context["rendered_by"]:
        parts.append(f"rendered by {context['rendered_by']}")
    return ", ".join(parts)


def _inline(line: str) -> str:
    """A line of an answer: bold and marks kept, everything else escaped."""
    out, at, bold = [], 0, False
    for found in _MARKS.finditer(line):
        out.append(_text(line[at : found.start()]))
        at = found.end()
        sign, stars, run = found.groups()
        if sign:
            out.append(_text(sign))
        elif stars:
            out.append("</b>" if bold else "<b>")
            bold = not bold
        else:
            out.append(f'<super size="7"> {_text(run)}</super>')
    out.append(_text(line[at:]))
    return "".join(out) + ("</b>" if bold else "")


def _text(value: object) -> str:
    return escape(_held(value))


def _held(value: object) -> str:
    """The text in signs the font has; another script comes out as question marks (Markdown and JSON keep it)."""
    have = _fonts()
    return "".join(
        c if ord(c) in have or c in " \n\u00a0" else "?" for c in printable(str(value)).replace("\t", " ")
    )


@cache
def _fonts() -> frozenset[int]:
    """Register the typeface that comes with ReportLab; the code points it can show."""
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(reportlab.__file__).parent / "fonts"
    faces = {"Vera": "Vera.ttf", "VeraBd": "VeraBd.ttf", "VeraIt": "VeraIt.ttf", "VeraBI": "VeraBI.ttf"}
    for name, file in faces.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="VeraIt", boldItalic="VeraBI")
    return frozenset(pdfmetrics.getFont("Vera").face.charToGlyph)


def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    _fonts()
    base: dict[str, Any] = {"fontName": "Vera", "textColor": HexColor(_INK), "splitLongWords": 1}
    muted = {**base, "textColor": HexColor(_MUTED)}

    def style(name: str, like: Mapping[str, Any], size: float, lead: float, **more: Any) -> Any:
        return ParagraphStyle(name, **{**like, "fontSize": size, "leading": lead, **more})

    return {
        "title": style("title", base, 16, 21, fontName="VeraBd", spaceAfter=3),
        "question": style("question", base, 11, 15, fontName="VeraBd", spaceAfter=5),
        "head": style("head", base, 10, 15, spaceAfter=6),
        "body": style("body", base, 9.5, 14.5, spaceAfter=5),
        "meta": style("meta", muted, 8.5, 12.5, spaceAfter=4),
        "source": style("source", base, 8, 11.5, spaceAfter=3),
    }


def _foot(canvas: Any, paper: Any) -> None:
    from reportlab.lib.colors import HexColor

    canvas.saveState()
    canvas.setFont("Vera", 7)
    canvas.setFillColor(HexColor(_MUTED))
    canvas.drawString(paper.leftMargin, 36, _held(TRADEMARK))
    canvas.drawRightString(paper.pagesize[0] - paper.rightMargin, 36, str(paper.page))
    canvas.restoreState()
