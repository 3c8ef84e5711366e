"""Which language a file is in: by its name, and for a few by its first lines."""

import re
from pathlib import PurePosixPath

_SUFFIXES = {
    "python": "py pyi pyw",
    "javascript": "js jsx mjs cjs",
    "typescript": "ts mts cts",
    "tsx": "tsx",
    "go": "go",
    "java": "java",
    "rust": "rs",
    "c": "c h",
    "cpp": "cc cpp cxx c++ hh hpp hxx h++ ipp inl tpp",
    "ruby": "rb rake gemspec ru",
    "php": "php phtml",
    "c-sharp": "cs",
}
_BY_SUFFIX = {f".{suffix}": language for language, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_BY_NAME = {"Rakefile": "ruby", "Gemfile": "ruby", "Vagrantfile": "ruby"}
_SHEBANG = re.compile(r"#!.*?\b(?P<program>python|node|bun|deno|ts-node|tsx|ruby|php)(?=[\d.\s]|$)")
_BY_PROGRAM = {
    "python": "python",
    "node": "javascript",
    "bun": "typescript",
    "deno": "typescript",
    "ts-node": "typescript",
    "tsx": "typescript",
    "ruby": "ruby",
    "php": "php",
}
_CPP_MARKS = re.compile(
    r"^[ \t]*(?:template[ \t]*<|namespace\b|using[ \t]|class[ \t]+\w+(?:[ \t]+final)?[ \t]*(?:[:{]|$)"
    r"|(?:public|private|protected)[ \t]*:|#[ \t]*include[ \t]*<\w+>)"
    r"|\w::\w|\b(?:virtual|constexpr|noexcept)\b",
    re.MULTILINE,
)


def language_of(path: str, text: str | None = None) -> str | None:
    """The language of a file that we have a grammar for, or None.

    Args:
        path: decides by its suffix, or by the whole name (`Rakefile`).
        text: decides for a name without a suffix (by `#!`) and between C and C++ in a `.h`, which is C when unknown.
    """
    name = PurePosixPath(path)
    suffix = name.suffix.lower()
    if suffix == ".h":
        return "cpp" if text and _CPP_MARKS.search(text) else "c"
    if suffix or not text:
        return _BY_SUFFIX.get(suffix) or _BY_NAME.get(name.name)
    match = _SHEBANG.match(text.partition("\n")[0])
    return _BY_PROGRAM[match["program"]] if match else _BY_NAME.get(name.name)
