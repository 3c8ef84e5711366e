"""Which language engines take a file for, and whether it is test code."""

import re
from pathlib import PurePosixPath

from juryroom_reviewers.language import language_of as grammar_of

_FURTHER = {".kt": "kotlin", ".swift": "swift", ".scala": "scala"}
"""Languages that lizard measures and that we have no grammar for."""
_DIALECTS = {"tsx": "typescript"}
_TEST_FOLDERS = frozenset({"test", "tests", "testing", "__tests__", "spec", "specs", "testdata", "fixtures", "e2e"})
_TEST_NAME = re.compile(
    r"^(test_.*|conftest|.*_test|.*_spec|.*\.(?:test|spec|e2e|stories)|.*Tests?|.*TestCase|.*IT|Test[A-Z].*)$"
)


def language_of(path: str, text: str) -> str | None:
    """The language of a file as engines name it: by its suffix or, for a name without one, its first line."""
    language = grammar_of(path, text)
    return _DIALECTS.get(language, language) if language else _FURTHER.get(PurePosixPath(path).suffix.lower())


def is_test(path: str) -> bool:
    """True for test code: it has passwords, temporary files and random numbers on purpose."""
    name = PurePosixPath(path)
    return bool(_TEST_FOLDERS.intersection(name.parts[:-1])) or bool(_TEST_NAME.match(name.stem))
