from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from juryroom_server.render import Format, render
from juryroom_server.render.markdown import LONGEST, code, html, prose
from tests.render.reports import finding, full, quiet, unclear

EXPECTED = Path(__file__).with_name("expected")


def test_a_full_report_reads_like_this():
    assert render(full(), Format.markdown) == (EXPECTED / "markdown.txt").read_text()


def test_no_findings_and_no_opinion_are_said_in_different_words():
    assert "No findings by 2 reviewers: ast-grep (structural), ruff (lexical)." in render(quiet(), Format.markdown)
    assert "No reviewer gave an opinion: nothing is known" in render(unclear(), Format.markdown)


def as_html(text: str) -> str:
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "![x](https://evil.example/p.png)",
        "[x](javascript:alert(1))",
        "# heading",
        "- item",
        "+ item",
        "1. item",
        "> quote",
        "---",
        "a\n===",
        "*a* _b_ ~~c~~",
        "&lt;b&gt; &#64;",
        "|a|b|\n|-|-|",
        "\\\\x\\",
        "a ` b",
        "[ref]: https://evil.example",
    ],
)
def test_prose_shows_every_character_and_obeys_none(text):
    shown = as_html(prose(text)).removeprefix("<p>").removesuffix("</p>\n").replace("<code>", "").replace("</code>", "")
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&") == text


@pytest.mark.parametrize(
    "word",
    ["@octocat", "@org/team,", "#123", "octo/repo#1", "GH-12", "https://evil.example", "www.evil.example", "$x$"],
)
def test_what_github_makes_live_is_shown_as_code(word):
    assert as_html(prose(f"see {word} now")) == f"<p>see <code>{word}</code> now</p>\n"
    assert html(f"see {word} now") == f"see <code>{word}</code> now"


def test_code_in_prose_stays_code_and_never_joins_its_neighbour():
    assert prose("call `a_b()` twice") == "call `a_b()` twice"
    assert as_html(prose("@x`@y`")) == "<p><code>@x</code> <code>@y</code></p>\n"


def test_a_code_span_and_a_fence_are_longer_than_any_run_of_backticks_inside():
    assert as_html(code("a ``` b")) == "<p><code>a ``` b</code></p>\n"
    hostile = finding(excerpt="x\n````\n</details><img src=x>")
    page = render(quiet().model_copy(update={"findings": (hostile,)}), Format.markdown)
    assert "`````python\nx\n````\n</details><img src=x>\n`````" in page


def test_listings_in_prose_become_code_blocks():
    assert prose("do\n```js\nawait x\n```\nthen") == "do\n\n```\nawait x\n```\n\nthen"
    assert prose("do\n\n    a = 1\n      b\n\nthen") == "do\n\n\n```\na = 1\n  b\n```\n\nthen"
    assert prose("```\nnever closed") == "```\nnever closed\n```"


def test_a_comment_is_never_longer_than_github_takes():
    found = tuple(finding(id=f"jr-{n}", rationale="why " * 900) for n in range(40))
    page = render(quiet().model_copy(update={"findings": found}), Format.markdown)
    assert LONGEST / 2 < len(page) < 65_536
    assert "further findings** not shown here." in page
