import sys
import unicodedata

from juryroom_server.render.clean import HOSTILE, block, line, path, source, unarmed, visible


def test_every_control_format_and_surrogate_character_is_made_visible():
    categories = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    everything = map(chr, range(sys.maxunicode + 1))
    missed = [c for c in everything if unicodedata.category(c) in categories and not HOSTILE.match(c)]
    assert missed == ["\t", "\n"]


def test_a_hostile_character_is_named_by_its_code_point():
    assert visible("a\x1b[31m\u202eb\u200b\U000e0041") == "a<U+001B>[31m<U+202E>b<U+200B><U+E0041>"


def test_ordinary_letters_of_all_scripts_stay_as_they_are():
    text = "naïve Straße Ελλάδα 日本語 العربية हिन्दी 🎉 → “quoted”"
    assert visible(text) == text


def test_a_presentation_selector_is_dropped_since_terminals_disagree_on_its_width():
    assert visible("⚠\ufe0f careful") == "⚠ careful"


def test_a_carriage_return_is_a_line_end_only_before_a_line_feed():
    assert visible("a\r\nb\rc") == "a\nb<U+000D>c"


def test_one_line_holds_one_line_of_bounded_length():
    assert line("a\n  b\tc") == "a b c"
    assert line("x" * 500, limit=10) == "x" * 9 + "…"


def test_a_block_loses_tabs_and_the_blank_lines_around_it():
    assert block("\n\n\ta  \n\nb\n") == "    a\n\nb"


def test_code_keeps_a_blank_first_line_because_the_lines_are_numbered():
    assert source("\n\tx = 1\n\n") == ["", "    x = 1"]
    assert source(" \n") == []


def test_a_path_keeps_its_spaces_and_shows_its_line_feeds():
    assert path("a  b\n.py") == "a  b<U+000A>.py"


def test_what_a_runner_would_obey_is_broken_with_a_backslash():
    assert visible("x ##[error]y ##vso[task.x]z ##\ufe0f[group]") == "x ##\\[error]y ##vso\\[task.x]z ##\\[group]"
    assert unarmed(" \u3000::error::x") == " \u3000\\::error::x"
    assert unarmed("std::move(::x)") == "std::move(::x)"
