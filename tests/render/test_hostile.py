"""Hostile text in every field that code or a model can fill, through every format."""

import json
import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sarif_kit.validate import validation_errors

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.refutation import Outcome
from juryroom_reviewers.report import Attempt, Coverage, Publication, Report
from juryroom_server.render import Format, render
from juryroom_server.render.clean import HOSTILE
from tests.render.reports import finding, model_seat, quiet

WEAPONS = [
    *("\x1b[2J", "\x1b]8;;http://e.x\x07", "\x9b31m", "\r", "\n", "\r\n", "\x85", "\u2028", "\b", "\0", "\t", "    "),
    *("\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\U000e0041", "\ufe01", "\ud800", "\udcff", "\u061c", "\xad"),
    *("<script>", "</script>", "<img src=x>", "<!--", "-->", "</details>", "</summary>", "<b onclick=x>", "&lt;", "&"),
    *(
        "`",
        "``",
        "```",
        "````",
        "~~~",
        "|",
        "|-|",
        "*",
        "_",
        "[a](b)",
        "![a](b)",
        "[x]: y",
        "\\",
        "#",
        "# ",
        "- ",
        "1. ",
    ),
    *(
        "::error::x",
        "::stop-commands::t",
        "##[error]",
        "##vso[x]",
        "x = 1\n  ::error::x\n",
        "```\n::error::x\n```\n",
        "%0A",
        "%",
        ":",
        ",",
        "@me",
        "#12",
        "https://e.x",
        "www.e.x",
        "$",
    ),
    *("> ", "===", "---", "{0}", "[bold]", "[/]", ":tada:", "</code>", '"', "'", "<a@b.c>", "<http://e.x>"),
]
HOSTILE_TEXT = st.lists(st.sampled_from(WEAPONS) | st.text(max_size=8), max_size=8).map("".join)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report in which whatever can come from outside does."""
    evil = HOSTILE_TEXT
    usual = finding()
    supporters = tuple(one.model_copy(update={"reviewer": draw(evil)}) for one in usual.supporters)
    found = usual.model_copy(
        update={
            **{
                name: draw(evil)
                for name in ("title", "rationale", "suggestion", "excerpt", "path", "category", "symbol")
            },
            **{name: draw(evil) for name in ("rule", "cwe", "id", "fingerprint")},
            "publication": draw(st.sampled_from(Publication)),
            "anchored": draw(st.booleans()),
            "start_line": draw(st.none() | st.integers(1, 99_999)),
            "supporters": supporters,
            "dissent": tuple(one.model_copy(update={"reason": draw(evil)}) for one in usual.dissent),
            "refutation": Attempt(
                outcome=draw(st.sampled_from(Outcome)),
                **{name: draw(evil) for name in ("reviewer", "model", "reason", "evidence", "path")},
            ),
        }
    )
    lost = model_seat("security", "openai:x", "openai", status="failed", reason=draw(evil), notes=(draw(evil),))
    skipped = (Skipped(path=draw(evil), reason=draw(evil)), Skipped(path=draw(evil), reason="binary"))
    return quiet().model_copy(
        update={
            **{name: draw(evil) for name in ("reason", "source")},
            "findings": (found,),
            "reviewers": (lost.model_copy(update={"name": draw(evil)}), *quiet().reviewers),
            "coverage": Coverage(skipped=skipped, partial=skipped),
            "incomplete": (draw(evil),),
            "notes": (draw(evil),),
        }
    )


class Tags(HTMLParser):
    """Collects the tags of a page with the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, ...]] = set()
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add((tag, *(name for name, _ in attrs)))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


OURS = {(tag,) for tag in ("details", "summary", "b", "code", "h2", "p", "strong", "ul", "li", "pre", "br")}
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@settings(max_examples=80, deadline=None)
@given(report=reports(), show_all=st.booleans())
def test_hostile_text_stays_text_in_every_format(report: Report, show_all: bool) -> None:
    written = {name: render(report, name, show_all=show_all) for name in Format}
    for name, text in written.items():
        assert HOSTILE.findall(text) == [], name
        assert text.encode().decode() == text
        assert text.endswith("\n")

    for name in (Format.text, Format.markdown):
        rows = [row.lstrip() for row in written[name].splitlines()]
        assert [row for row in rows if row.startswith("::") or re.search(r"##(vso)?\[", row)] == [], name

    json.loads(written[Format.json])
    assert validation_errors(json.loads(written[Format.sarif])) == []

    commands = written[Format.github].splitlines()
    shown = len(report.findings if show_all else report.shown)
    assert len(commands) == shown + 1
    for command in commands:
        assert re.fullmatch(r"::(error|warning|notice) (\w+=[^,:\r\n]*,?)+::.*", command)

    tags = Tags()
    tags.feed(PARSER.render(written[Format.markdown]))
    assert tags.seen <= OURS | {("code", "class")}
    assert tags.comments == [" juryroom:summary "]


@settings(max_examples=30, deadline=None)
@given(report=reports())
def test_colour_lets_no_sequence_through_but_those_of_style(report: Report) -> None:
    written = render(report, Format.text, colour=True, show_all=True)
    assert HOSTILE.findall(re.sub(r"\x1b\[[0-9;]*m", "", written)) == []
    hidden = re.sub(r"<U\+001B>\[[0-9;]*m", "", written)
    assert set(re.findall(r"\x1b\[([0-9;]*)m", hidden)) <= {"0", "1", "2", "1;31", "1;32", "1;33", "1;36", "1;7;31"} | {
        *("31", "32", "33", "35", "36", "7;31")
    }
