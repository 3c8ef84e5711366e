"""Patterns of the configuration mean what they mean in .gitignore."""

import pytest

from juryroom_server.configuration.globs import matches


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("generated", "a/generated/x.py", True),
        ("generated", "generated", True),
        ("generated", "a/generated2/x.py", False),
        ("*.min.js", "web/a.min.js", True),
        ("docs/*.py", "docs/a.py", True),
        ("docs/*.py", "docs/a/b.py", False),
        ("docs/*.py", "x/docs/a.py", False),
        ("/docs", "x/docs/a.py", False),
        ("./docs/a.py", "docs/a.py", True),
        ("**/docs/*.py", "x/y/docs/a.py", True),
        ("**/docs/*.py", "docs/a.py", True),
        ("a/**/b.py", "a/b.py", True),
        ("a/**/b.py", "a/x/y/b.py", True),
        ("a/**", "a/x/y", True),
        ("a/**", "a", False),
        ("**", "anything/at/all", True),
        ("tests/", "x/tests/a.py", True),
        ("tests/", "x/tests", False),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("a?.py", "ab.py", True),
        ("a?b", "a/b", False),
        ("", "a.py", False),
        ("/", "a.py", False),
    ],
)
def test_a_pattern_means(pattern: str, path: str, *, meant: bool):
    assert matches(path, (pattern,)) is meant


def test_one_of_several_patterns_is_enough():
    assert matches("b.py", ("a.py", "b.py"))
    assert not matches("c.py", ("a.py", "b.py"))
    assert not matches("c.py", ())


def test_a_pattern_bomb_is_no_bomb():
    # with naive matching this takes longer than the universe has been there
    assert not matches("/".join(["a" * 40] * 60), ["**/" * 60 + "*a" * 12 + "*b"])
