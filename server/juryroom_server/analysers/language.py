"""Which language a file is in, by its name, and whether it is test code."""

import re
from pathlib import PurePosixPath

_SUFFIXES = {
    "python": (".py", ".pyi", ".pyw"),
    "javascript": (".js", ".jsx", ".mjs", ".cjs"),
    "typescript": (".ts", ".tsx", ".mts", ".cts"),
    "go": (".go",),
    "java": (".java",),
    "rust": (".rs",),
    "c": (".c", ".h"),
    "cpp": (".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx"),
    "ruby": (".rb", ".rake"),
    "php": (".php",),
    "csharp": (".cs",),
    "kotlin": (".kt",),
    "swift": (".swift",),
    "scala": (".scala",),
}
_LANGUAGE = {suffix: language for language, suffixes in _SUFFIXES.items() for suffix in suffixes}
_SHEBANG = re.compile(r"#!.*?\b(?P<program>python|node|ruby|php)[\d.]*(?=\s|$)")
_PROGRAMS = {"python": "python", "node": "javascript", "ruby": "ruby", "php": "php"}
_TEST_FOLDERS = frozenset({"test", "tests", "testing", "__tests__", "spec", "specs", "testdata", "fixtures", "e2e"})
_TEST_NAME = re.compile(
    r"^(test_.*|conftest|.*_test|.*_spec|.*\.(?:test|spec|e2e|stories)|.*Tests?|.*TestCase|.*IT|Test[A-Z].*)$"
)


def language_of(path: str, text: str) -> str | None:
    """The language of a file: by its suffix or, for a name without one, by its first line; None if unknown."""
    suffix = PurePosixPath(path).suffix
    if suffix:
        return _LANGUAGE.get(suffix.lower())
    match = _SHEBANG.match(text.partition("\n")[0])
    return _PROGRAMS[match["program"]] if match else None


def is_test(path: str) -> bool:
    """True for test code: it has passwords, temporary files and random numbers on purpose."""
    name = PurePosixPath(path)
    return bool(_TEST_FOLDERS.intersection(name.parts[:-1])) or bool(_TEST_NAME.match(name.stem))
