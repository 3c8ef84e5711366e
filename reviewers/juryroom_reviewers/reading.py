"""In which order a change is worth reading, and how much of it a model can read."""

import re
from pathlib import PurePosixPath

CHARS_PER_TOKEN = 3.5
"""Code has fewer characters a token than prose has; an estimate, since every model counts in its own way."""

_TEST_FOLDERS = frozenset({"test", "tests", "testing", "__tests__", "spec", "specs", "testdata", "fixtures", "e2e"})
_TEST_NAME = re.compile(
    r"(?:test_.*|conftest|.*_(?:test|spec)|.*\.(?:test|spec|e2e|stories)|.*[a-z0-9](?:Tests?|TestCase|IT))"
)
_PROSE_OR_SETTINGS = re.compile(
    r".*\.(?:md|rst|txt|adoc|json5?|ya?ml|toml|ini|cfg|conf|properties|xml|[ct]sv|lock|svg|s?css|po)|\.[^.]*",
    re.IGNORECASE,
)


def tokens(text: str) -> int:
    """About how many tokens a text is."""
    return int(len(text) / CHARS_PER_TOKEN) + 1


def reading_order(path: str) -> int:
    """0 for source code, 1 for tests, 2 for documentation and configuration."""
    name = PurePosixPath(path)
    if _PROSE_OR_SETTINGS.fullmatch(name.name):
        return 2
    if _TEST_FOLDERS.intersection(name.parts[:-1]) or _TEST_NAME.fullmatch(name.stem):
        return 1
    return 0
