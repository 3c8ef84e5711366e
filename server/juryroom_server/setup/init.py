"""`juryroom init`: a commented juryroom.toml that fits the repository."""

import os
import textwrap
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from juryroom_reviewers.value import Value

from ..analysers.language import language_of
from ..changes.plumbing import GitError, Plumbing
from ..configuration.files import REPOSITORY_FILE, repository_sheet
from ..configuration.globs import matches
from ..configuration.load import LOOSENS, more
from ..configuration.show import descriptions, plain_fields, toml_value
from ..settings import Settings, SettingsError

MAX_FILES = 50_000
"""Files looked at; the first of a larger repository tell enough."""
WIDTH = 100
REMOTE_HEAD = "refs/remotes/origin/HEAD"
NONPROD = (
    "test/", "tests/", "testing/", "__tests__/", "spec/", "specs/", "testdata/", "fixtures/", "e2e/", "cypress/",
    "test_*.py", "*_test.py", "conftest.py", "*_test.go", "*.test.*", "*.spec.*", "*_spec.rb", "*Test.java",
    "example/", "examples/", "sample/", "samples/", "demo/", "demos/", "doc/", "docs/", "bench/", "benchmarks/",
)  # fmt: skip  # one kind, one line
"""What is no production code by the custom of its language."""
EXCLUDE = (
    "vendor/", "vendored/", "_vendor/", "third_party/", "third-party/", "node_modules/", "bower_components/", "Pods/",
    "generated/", "__generated__/", "gen/", "*_pb2.py", "*_pb2_grpc.py", "*_pb2.pyi", "*.pb.go", "*.pb.cc", "*.pb.h",
    "*.g.dart", "*.freezed.dart", "*.Designer.cs", "*.g.cs", "*.min.js", "*.min.css",
)  # fmt: skip
"""What is not written here: other people's code, and that of generators."""
_USER_ONLY = ("cache",)
"""Settings that a repository has no say in."""


class Survey(Value):
    """What a repository looks like."""

    languages: tuple[tuple[str, int], ...] = ()
    """Languages and numbers of files, the most frequent first."""
    nonprod: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    branch: str | None = None
    """The default branch, where it is known."""


def write(root: Path, *, force: bool = False) -> Path:
    """Write `juryroom.toml` at the top of a repository, and return its path.

    Args:
        root: the top of the repository, or any folder.
        force: replace a file that is there.

    Raises:
        SettingsError: when there is one already, or it can't be written.
    """
    path = root / REPOSITORY_FILE
    there = repository_sheet(root, root)[0].origin.name
    if there and there != REPOSITORY_FILE and not force:
        raise SettingsError(f"{there} has [tool.juryroom], which a {path.name} would shadow; --force writes one anyway")
    text = compose(survey(root))
    try:
        # "x" never writes through a link, and never over a file that came up in between
        if force:
            path.unlink(missing_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError(f"{path} exists; `juryroom init --force` replaces it") from error
    except OSError as error:
        raise SettingsError(f"{path}: can't be written: {error.strerror}") from error
    return path


def survey(root: Path) -> Survey:
    """Look at the names of a repository's files; none is opened."""
    paths = _files(root)
    excluded = _present(EXCLUDE, paths)
    own = [path for path in paths if not matches(path, excluded)]
    languages = Counter(filter(None, (language_of(path, "") for path in own)))
    return Survey(
        languages=tuple(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
        nonprod=_present(NONPROD, own),
        exclude=excluded,
        branch=_default_branch(root),
    )


def compose(found: Survey) -> str:
    """The file's text: what was found is set, everything else stands there as a comment with its default."""
    commands = {
        "juryroom review": "the work tree against HEAD",
        f"juryroom review --base {found.branch or 'main'}": "this branch",
        "juryroom config show --origin": "what is in force, and why",
    }
    width = max(map(len, commands))
    lines = ["# juryroom: a jury of models and analysers reviews your change."]
    lines += [f"#     {command:<{width}}    {what}" for command, what in commands.items()]
    lines.append("#")
    if found.languages:
        counted = ", ".join(f"{name} {count}" for name, count in found.languages)
        lines += _comment(f"Found here (files): {counted}.")
        lines.append("#")
    lines += _comment(
        "What is commented out shows the default. This file says what the project is, and can make a review stricter "
        "than its users have it. Addresses, keys, prices and outputs are its users' business: they stand in their own "
        "config.toml (`juryroom doctor` names it), and API keys in the environment."
    )
    words, defaults = descriptions(Settings), Settings()
    for field in plain_fields():
        if field in _USER_ONLY:
            continue
        value = getattr(found, field, ())
        mark, value = ("", value) if value else ("# ", getattr(defaults, field))
        lines += ["", *_comment(words[field] + _LIMITS.get(field, "")), f"{mark}{field} = {toml_value(value)}"]
    return "\n".join([*lines, "", *_MODELS]) + "\n"


_LIMITS = {
    field: " Here it can only be lowered." if how is more else " Here it can only be made stricter."
    for field, how in LOOSENS.items()
} | {"personas": " Here there must be at least one."}
"""What a repository may say of a setting, for the reader of its file."""
_MODELS = (
    "# Models, by provider and name, among those that a user has a key or a configuration for; and who sits on which.",
    "#",
    "#     [models.strong]",
    '#     provider = "anthropic"',
    '#     tier = "frontier"',
    "#",
    "#     [seats]",
    '#     security = "strong"',
)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 2, break_on_hyphens=False)]


def _present(patterns: Iterable[str], paths: list[str]) -> tuple[str, ...]:
    """The patterns that mean a file which none of those before means: `tests/` makes `test_*.py` needless."""
    found: list[str] = []
    for pattern in patterns:
        meant = {path for path in paths if matches(path, (pattern,))}
        if meant:
            found.append(pattern)
            paths = [path for path in paths if path not in meant]
    return tuple(found)


def _files(root: Path) -> list[str]:
    """Repository-relative paths of what git has or would take; of a folder without git, of all but hidden files."""
    try:
        listed = Plumbing(root).run("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    except GitError:
        return _walk(root)
    return [os.fsdecode(name) for name in listed.split(b"\0")[:MAX_FILES] if name]


def _walk(root: Path) -> list[str]:
    found: list[str] = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name != "node_modules" and not Path(folder, name, "pyvenv.cfg").exists()
        )
        found += [Path(folder, name).relative_to(root).as_posix() for name in files]
        if len(found) >= MAX_FILES:
            break
    return found[:MAX_FILES]


def _default_branch(root: Path) -> str | None:
    """What the remote says; else main or master, where there is one; else the branch at hand."""
    try:
        git = Plumbing(root)
        known = [ref for ref in (REMOTE_HEAD, "refs/heads/main", "refs/heads/master") if git.resolve(ref)]
        if known and known[0] != REMOTE_HEAD:
            return known[0].removeprefix("refs/heads/")
        ref = known[0] if known else "HEAD"
        return git.run("symbolic-ref", "--short", ref).decode(errors="replace").strip()
    except GitError:
        return None  # no repository, or a detached head
