import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from juryroom_reviewers.change import ChangeSet, FileChange, Status
from juryroom_reviewers.diff import DiffError
from juryroom_reviewers.scope import SECRET_FILE
from juryroom_server.git import (
    GitError,
    Limits,
    NotARepositoryError,
    base_revision,
    busy,
    folder_at,
    read_change,
    repository_root,
    text_at,
)
from juryroom_server.source import Kind, Source

WORK_TREE, STAGED = Source(), Source(kind=Kind.staged)
ODD_NAMES = (
    "na me.py",
    'quo"te.py',
    "t\tab.py",
    "new\nline.py",
    "-rf.py",
    "ünï.py",
    "a -> b.py",
    "a b/a b.py",
    "back\\slash.py",
)


class Repo:
    """A real repository in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str, ok: bool = True) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, check=False)
        assert not ok or done.returncode == 0, done.stderr.decode()
        return done.stdout.decode(errors="replace").strip()

    def write(self, path: str, content: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, **files: str | bytes) -> str:
        """Commit all that is in the work tree, and these files; `a__py` stands for `a.py`."""
        for name, content in files.items():
            self.write(name.replace("__", "."), content)
        self.git("add", "--all")
        self.git("commit", "--allow-empty", "-qm", "x")
        return self.git("rev-parse", "HEAD")

    def read(self, source: Source = WORK_TREE, **options) -> ChangeSet:
        change = read_change(self.root, source, **options)
        for file in change.files:
            assert_consistent(file)
        return change


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path_factory.mktemp("home") / "gitconfig"
    config.write_text(
        "[user]\n\tname = x\n\temail = x@example.org\n[init]\n\tdefaultBranch = main\n[core]\n\tautocrlf = false\n"
    )
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def make_repo(tmp_path: Path) -> Callable[..., Repo]:
    def make(name: str = "repo", *options: str) -> Repo:
        folder = tmp_path / name
        folder.mkdir()
        repo = Repo(folder)
        repo.git("init", "-q", *options)
        return repo

    return make


@pytest.fixture
def repo(make_repo: Callable[..., Repo]) -> Repo:
    return make_repo()


def assert_consistent(file: FileChange) -> None:
    """Every line of a hunk stands in the text at its number: what anchors of findings rely on."""
    old = FileChange(path="x", status=Status.modified, text=file.before).lines
    for hunk in file.hunks:
        for lines, marks, start, count in (
            (file.lines, " +", hunk.new_start, hunk.new_count),
            (old if file.before is not None else None, " -", hunk.old_start, hunk.old_count),
        ):
            shown = tuple(line[1:] for line in hunk.lines if line[0] in marks)
            assert len(shown) == count
            assert lines is None or lines[start - 1 :][:count] == shown or not count
            assert not any(line.endswith(("\r", "\n")) for line in shown)


def statuses(change: ChangeSet) -> dict[str, str]:
    return {file.path: file.status.value for file in change.files}


def reasons(change: ChangeSet) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in change.skipped}


def the_file(change: ChangeSet) -> FileChange:
    (file,) = change.files
    return file


# --- work tree and index


def test_the_work_tree_is_compared_with_head_and_untracked_files_are_new(repo: Repo) -> None:
    head = repo.commit(kept__py="k\n", changed__py="a\nb\nc\n", gone__py="g\n", **{".gitignore": "ignored/\n"})
    repo.write("changed.py", "a\nB\nB2\nc\n")
    (repo.root / "gone.py").unlink()
    repo.write("new.py", "n\n")
    repo.write("ignored/x.py", "i\n")
    change = repo.read()
    assert (change.source, change.base, change.head) == ("work tree against HEAD", head, None)
    assert statuses(change) == {"changed.py": "M", "gone.py": "D", "new.py": "A"}
    changed, gone, new = change.files
    assert (changed.before, changed.text, sorted(changed.changed_lines)) == ("a\nb\nc\n", "a\nB\nB2\nc\n", [2, 3])
    assert changed.hunks[0].lines == (" a", "-b", "+B", "+B2", " c")
    assert (gone.before, gone.text, gone.hunks[0].lines) == ("g\n", None, ("-g",))
    assert (new.before, new.text, sorted(new.changed_lines)) == (None, "n\n", [1])


def test_the_index_is_read_and_not_the_work_tree(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    repo.write("a.py", "2\n")
    repo.git("add", "a.py")
    repo.write("a.py", "3\n")
    repo.write("untracked.py", "x\n")
    change = repo.read(STAGED)
    assert change.source == "index against HEAD"
    assert (the_file(change).before, the_file(change).text) == ("1\n", "2\n")
    assert the_file(repo.read(WORK_TREE, exclude=("untracked.py",))).text == "3\n"


def test_an_unchanged_work_tree_is_an_empty_change_whatever_the_time_stamps(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    os.utime(repo.root / "a.py", (1, 1))
    assert statuses(repo.read()) == reasons(repo.read()) == {}


@pytest.mark.parametrize("source", [WORK_TREE, STAGED])
def test_before_the_first_commit_everything_is_new(repo: Repo, source: Source) -> None:
    repo.write("a.py", "1\n")
    repo.git("add", "a.py")
    change = repo.read(source)
    assert statuses(change) == {"a.py": "A"}
    assert change.base is base_revision(repo.root, source) is None
    assert "before the first commit" in change.source


def test_the_index_of_git_commit_all_is_the_one_its_hook_sees(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit(a__py="1\n")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/other")
    repo.git("read-tree", "HEAD")
    repo.write("a.py", "2\n")
    repo.git("add", "a.py")
    assert the_file(repo.read(STAGED)).text == "2\n"
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert repo.read(STAGED).files == ()


def test_a_hook_of_another_repository_does_not_redirect_us(
    make_repo: Callable[..., Repo], monkeypatch: pytest.MonkeyPatch
) -> None:
    outer, inner = make_repo("outer"), make_repo("inner")
    outer.commit(o__py="o\n")
    inner.commit(i__py="i\n")
    inner.write("i.py", "2\n")
    inner.git("add", "i.py")
    monkeypatch.setenv("GIT_DIR", str(outer.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(outer.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(outer.root / ".git/index"))
    assert repository_root(inner.root) == inner.root
    assert statuses(inner.read(STAGED)) == {"i.py": "M"}


# --- commits


def test_a_base_is_compared_from_where_the_branch_left_it(repo: Repo) -> None:
    fork = repo.commit(a__py="1\n")
    repo.git("checkout", "-qb", "topic")
    head = repo.commit(b__py="2\n")
    repo.git("checkout", "-q", "main")
    repo.commit(c__py="3\n")
    repo.git("checkout", "-q", "topic")
    repo.write("b.py", "not committed\n")
    source = Source(kind=Kind.base, revision="main")
    change = repo.read(source)
    assert (change.source, change.base, change.head) == ("main...HEAD", fork, head)
    assert the_file(change).text == "2\n"
    assert base_revision(repo.root, source) == fork


def test_branches_without_a_common_ancestor_are_an_error(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit(b__py="1\n")
    with pytest.raises(GitError, match=r"no common ancestor.*--unshallow"):
        repo.read(Source(kind=Kind.base, revision="main"))


def test_a_commit_is_compared_with_its_parent_on_a_detached_head(repo: Repo) -> None:
    first = repo.commit(a__py="1\n")
    second = repo.commit(a__py="2\n")
    repo.commit(a__py="3\n")
    repo.git("checkout", "-q", second)
    source = Source(kind=Kind.commit, revision=second[:8])
    change = repo.read(source)
    assert (change.base, change.head, base_revision(repo.root, source)) == (first, second, first)
    assert (the_file(change).before, the_file(change).text) == ("1\n", "2\n")
    assert repo.read().base == second


def test_a_root_commit_is_all_new(repo: Repo) -> None:
    root = repo.commit(a__py="1\n")
    repo.commit(a__py="2\n")
    source = Source(kind=Kind.commit, revision=root)
    change = repo.read(source)
    assert (change.base, change.head, base_revision(repo.root, source)) == (None, root, None)
    assert (statuses(change), the_file(change).text) == ({"a.py": "A"}, "1\n")


def test_a_merge_commit_is_what_it_brought_to_its_first_parent(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    repo.git("checkout", "-qb", "topic")
    repo.commit(b__py="2\n")
    repo.git("checkout", "-q", "main")
    main = repo.commit(c__py="3\n")
    repo.git("merge", "-q", "--no-ff", "topic")
    change = repo.read(Source(kind=Kind.commit, revision="HEAD"))
    assert (statuses(change), change.base) == ({"b.py": "A"}, main)


def test_a_shallow_clone_does_not_pass_for_a_root_commit(make_repo: Callable[..., Repo]) -> None:
    origin = make_repo("origin")
    origin.commit(a__py="1\n")
    origin.commit(a__py="2\n")
    origin.git("clone", "-q", "--depth=1", f"file://{origin.root}", "../shallow")
    shallow = Repo(origin.root.parent / "shallow")
    with pytest.raises(GitError, match=r"shallow.*--deepen=1"):
        shallow.read(Source(kind=Kind.commit, revision="HEAD"))


def test_a_range_goes_from_one_revision_to_another(repo: Repo) -> None:
    first = repo.commit(a__py="1\n")
    repo.commit(a__py="2\n")
    third = repo.commit(a__py="3\n")
    repo.commit(a__py="4\n")
    source = Source(kind=Kind.range, revision=first, until=third)
    change = repo.read(source)
    assert (change.base, change.head, base_revision(repo.root, source)) == (first, third, first)
    assert (the_file(change).before, the_file(change).text) == ("1\n", "3\n")


def test_the_push_of_a_new_branch_is_what_no_remote_has(make_repo: Callable[..., Repo]) -> None:
    origin = make_repo("origin")
    known = origin.commit(a__py="1\n")
    origin.git("clone", "-q", str(origin.root), "../clone")
    clone = Repo(origin.root.parent / "clone")
    clone.git("checkout", "-qb", "topic")
    clone.commit(b__py="1\n")
    last = clone.commit(c__py="1\n")
    pushed = Source(kind=Kind.range, revision="0" * 40, until=last)
    change = clone.read(pushed)
    assert (statuses(change), change.base) == ({"b.py": "A", "c.py": "A"}, known)
    assert clone.read(Source(kind=Kind.range, revision="0" * 40, until=known)).files == ()
    assert origin.read(Source(kind=Kind.range, revision="0" * 40, until=known)).base is None  # no remote: from the root
    assert clone.read(Source(kind=Kind.range, revision=last, until="0" * 40)).files == ()  # a branch is deleted


def test_a_branch_without_upstream_is_told_what_to_do(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    with pytest.raises(GitError, match=r"no upstream; 'git push -u'"):
        repo.read(Source(kind=Kind.base, revision="@{upstream}"))


@pytest.mark.parametrize("revision", ["-p", "--output=stolen", "", "nowhere", "main\nHEAD", "HEAD:a.py", "HEAD^{tree}"])
@pytest.mark.parametrize("kind", [Kind.base, Kind.range])
def test_what_is_no_revision_is_refused(repo: Repo, kind: Kind, revision: str) -> None:
    repo.commit(a__py="1\n")
    with pytest.raises(GitError, match=r"revision|no commit"):
        repo.read(Source(kind=kind, revision=revision))
    assert not (repo.root / "stolen").exists()


# --- what happens to files


def test_a_rename_keeps_its_history_with_or_without_edits(repo: Repo) -> None:
    text = "".join(f"line {n}\n" for n in range(20))
    repo.commit(edited__py=text, moved__py=text.upper())
    repo.git("mv", "edited.py", "new name.py")
    repo.git("mv", "moved.py", "moved to.py")
    repo.write("new name.py", text.replace("line 7\n", "seven\n"))
    repo.git("add", "--all")
    moved, edited = repo.read(STAGED).files
    assert (edited.path, edited.old_path, edited.status) == ("new name.py", "edited.py", Status.renamed)
    assert (edited.before, sorted(edited.changed_lines)) == (text, [8])
    assert (moved.path, moved.old_path, moved.hunks) == ("moved to.py", "moved.py", ())
    assert moved.before == moved.text == text.upper()
    assert statuses(repo.read()) == {"new name.py": "R", "moved to.py": "R"}


@pytest.mark.parametrize("source", [WORK_TREE, STAGED, Source(kind=Kind.commit, revision="HEAD")])
def test_odd_names_are_read_as_they_are(repo: Repo, source: Source) -> None:
    repo.commit(a__py="1\n")
    for name in ODD_NAMES:
        repo.write(name, "x\n")
    repo.git("add", "--all")
    if source.kind is Kind.commit:
        repo.commit()
    assert statuses(repo.read(source)) == dict.fromkeys(ODD_NAMES, "A")


def test_odd_names_stay_apart_when_changed_and_renamed_and_others_are_skipped(repo: Repo) -> None:
    for name in ODD_NAMES:
        repo.write(name, f"{name!r}\n" + "x\n" * 20)
    repo.commit()
    repo.write("yarn.lock", "skipped: now git is asked for single files\n")
    for name in ODD_NAMES:
        repo.write(name, f"{name!r}\n" + "x\n" * 20 + "end\n")
        (repo.root / name).rename(repo.root / f"{name}.to.py")
    repo.git("add", "--all")
    change = repo.read(STAGED)
    assert {file.old_path for file in change.files} == set(ODD_NAMES)
    assert all(file.path == f"{file.old_path}.to.py" and file.changed_lines == {22} for file in change.files)
    assert reasons(change) == {"yarn.lock": "lock file"}


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse such names")
def test_a_name_that_is_no_utf8_is_listed_and_not_read(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    (repo.root / os.fsdecode(b"caf\xe9.py")).write_text("x\n")
    assert reasons(repo.read()) == {"caf\\xe9.py": "its name is not UTF-8"}
    repo.git("add", "--all")
    assert reasons(repo.read(STAGED)) == {"caf\\xe9.py": "its name is not UTF-8"}


@pytest.mark.parametrize("source", [WORK_TREE, STAGED, Source(kind=Kind.commit, revision="HEAD")])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("latin-1"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r\n").encode("utf-16"),
        lambda text: text.removesuffix("\n").encode(),
    ],
    ids=["latin-1", "utf-16", "byte order mark", "crlf", "crlf in utf-16", "no final newline"],
)
def test_each_file_is_decoded_by_itself(repo: Repo, source: Source, encode: Callable[[str], bytes]) -> None:
    old, new = "café\nÃ©tude\n", "cafés\nÃ©tude\n"
    repo.commit(odd__txt=encode(old), plain__txt="ü\n")
    repo.write("odd.txt", encode(new))
    repo.write("plain.txt", "ü2\n")
    repo.git("add", "--all")
    if source.kind is Kind.commit:
        repo.commit()
    odd, plain = repo.read(source).files
    assert (odd.lines, sorted(odd.changed_lines)) == (tuple(new.splitlines()), [1])
    assert odd.hunks[0].lines == ("-café", "+cafés", " Ã©tude")
    assert (plain.text, plain.hunks[0].lines) == ("ü2\n", ("-ü", "+ü2"))


def test_a_changed_encoding_is_decoded_side_by_side(repo: Repo) -> None:
    repo.commit(a__txt="é\nx\n".encode("latin-1"))
    repo.write("a.txt", "é!\nx\n")
    assert the_file(repo.read()).hunks[0].lines == ("-é", "+é!", " x")


def test_changed_line_ends_alone_keep_lines_and_text_together(repo: Repo) -> None:
    repo.commit(a__txt="1\n2\n")
    repo.write("a.txt", "1\r\n2\n")
    assert the_file(repo.read()).hunks[0].lines == ("-1", "+1", " 2")


def test_line_ends_that_git_converts_are_no_change(repo: Repo) -> None:
    repo.commit(a__txt="1\n2\n")
    repo.git("config", "core.autocrlf", "true")
    repo.write("a.txt", "1\r\nB\r\n")
    assert the_file(repo.read()).hunks[0].lines == (" 1", "-2", "+B")


def test_an_attribute_of_the_reviewed_tree_cannot_hide_a_file(repo: Repo) -> None:
    repo.commit(a__py="1\n2\n", **{".gitattributes": "*.py binary\n"})
    repo.write("a.py", "1\nexec(x)\n")
    repo.write("new.py", "n\n")
    repo.git("add", "--all")
    for source in (STAGED, WORK_TREE):
        a, new = repo.read(source).files
        assert a.hunks[0].lines == (" 1", "-2", "+exec(x)")
        assert new.hunks[0].lines == ("+n",)


def test_what_is_no_text_is_skipped_with_its_reason(repo: Repo) -> None:
    repo.commit(mode__sh="x\n", blob=b"\0\1", link="was a file\n")
    repo.write("blob", b"\0\2")
    repo.write("compressed", bytes(range(1, 256)) * 4)
    repo.write("logo.png", b"\x89PNG")
    (repo.root / "mode.sh").chmod(0o755)
    (repo.root / "link").unlink()
    (repo.root / "link").symlink_to("/etc/passwd")
    (repo.root / "new_link").symlink_to("mode.sh")
    expected = {
        "blob": "binary",
        "compressed": "binary",
        "logo.png": "image",
        "mode.sh": "only its mode changed",
        "link": "symbolic link",
        "new_link": "symbolic link",
    }
    change = repo.read()
    assert (statuses(change), reasons(change)) == ({}, expected)
    repo.git("add", "--all")
    change = repo.read(STAGED)
    assert (statuses(change), reasons(change)) == ({}, expected)


def test_a_link_that_became_a_file_is_a_new_file(repo: Repo) -> None:
    (repo.root / "x").symlink_to("y")
    repo.commit()
    (repo.root / "x").unlink()
    repo.write("x", "a\n")
    file = the_file(repo.read())
    assert (file.status, file.before, file.hunks[0].lines) == (Status.added, None, ("+a",))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_a_pipe_is_never_opened(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    (repo.root / "a.py").unlink()
    os.mkfifo(repo.root / "a.py")
    os.mkfifo(repo.root / "new.py")
    assert reasons(repo.read()) == {"a.py": "special file (device, pipe or socket)"}
    assert reasons(repo.read(Source(kind=Kind.paths, paths=("new.py",)))) == {
        "new.py": "nothing in it that git tracks or would track"
    }


def test_a_submodule_with_changes_of_its_own_is_listed(make_repo: Callable[..., Repo]) -> None:
    inner, repo = make_repo("inner"), make_repo("outer")
    inner.commit(i__py="i\n")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "sub")
    repo.commit()
    assert reasons(repo.read()) == {}
    (repo.root / "sub" / "i.py").write_text("changed\n")
    change = repo.read()
    assert change.files == ()
    assert reasons(change)["sub"].startswith("submodule: its own uncommitted changes are not read")
    assert reasons(repo.read(STAGED)) == {}


def test_a_submodule_is_not_entered(make_repo: Callable[..., Repo]) -> None:
    inner, repo = make_repo("inner"), make_repo("outer")
    inner.commit(i__py="i\n")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "sub")
    assert reasons(repo.read(STAGED))["sub"] == "submodule"
    repo.commit()
    Repo(repo.root / "sub").commit(i__py="changed\n")
    Repo(repo.root / "nested").root.mkdir()
    Repo(repo.root / "nested").git("init", "-q")
    Repo(repo.root / "nested").commit(n__py="n\n")
    change = repo.read()
    assert reasons(change) == {"sub": "submodule", "nested/": "another repository"}
    audit = repo.read(Source(kind=Kind.paths, paths=(".",)))
    assert reasons(audit)["sub"] == "folder of another repository"


def test_an_empty_file_is_a_file(repo: Repo) -> None:
    repo.commit(full__py="x\n")
    repo.write("empty.py", "")
    repo.write("full.py", "")
    empty, full = repo.read().files
    assert (empty.status, empty.text, empty.hunks) == (Status.added, "", ())
    assert (full.text, full.hunks[0].lines) == ("", ("-x",))


# --- what is left out


def test_what_is_not_for_reviewers_is_skipped_and_listed(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    repo.write(".env", "TOKEN=1\n")
    repo.write("package-lock.json", "{}\n")
    repo.write("node_modules/x/index.js", "x\n")
    repo.write("gen.go", "// Code generated by x. DO NOT EDIT.\n")
    repo.write("docs/api/x.md", "x\n")
    repo.write("data.json", "x" * 6_000)
    repo.write("big.py", "x = 1\n" * 2_000)
    expected = {
        ".env": SECRET_FILE,
        "package-lock.json": "lock file",
        "node_modules/x/index.js": "vendored: in node_modules/",
        "gen.go": "generated: by its header",
        "docs/api/x.md": "excluded by configuration",
        "data.json": "minified or data: line of 6000 characters",
        "big.py": "too large: 12,000 bytes, and the limit is 10,000",
    }
    limits, exclude = Limits(max_file_bytes=10_000), ("docs/**",)
    change = repo.read(limits=limits, exclude=exclude)
    assert (statuses(change), reasons(change)) == ({}, expected)
    repo.git("add", "--all")
    change = repo.read(STAGED, limits=limits, exclude=exclude)
    assert (statuses(change), reasons(change)) == ({}, expected)


def test_a_removed_line_that_is_too_long_is_shown_to_nobody(repo: Repo) -> None:
    repo.commit(a__js="x" * 6_000 + "\n")
    repo.write("a.js", "short\n")
    assert reasons(repo.read()) == {"a.js": "minified or data: line of 6000 characters"}


def test_beyond_the_limits_files_are_listed_and_not_read(repo: Repo) -> None:
    for name in "abcd":
        repo.write(f"{name}.py", "x = 1\n" * 10)
    by_number = repo.read(limits=Limits(max_files=3))
    assert (list(statuses(by_number)), reasons(by_number)) == (
        ["a.py", "b.py", "c.py"],
        {"d.py": "more files than the limit of 3"},
    )
    repo.git("add", "--all")
    by_size = repo.read(STAGED, limits=Limits(max_total_bytes=130))
    assert list(statuses(by_size)) == ["a.py", "b.py"]
    assert set(reasons(by_size).values()) == {"more bytes in total than the limit of 130"}


# --- what changes while it is read


@pytest.mark.skipif(os.name != "posix", reason="git is wrapped in a shell script")
@pytest.mark.parametrize("source", [WORK_TREE, STAGED])
def test_text_and_hunks_are_of_one_moment_though_files_change_meanwhile(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Source
) -> None:
    repo.commit(a__py="1\n2\n3\n", b__py="b\n", c__py="c\n")
    for name in "abc":
        repo.write(f"{name}.py", "1\nlisted\n3\n")
    if source is STAGED:
        repo.git("add", "--all")
    repo.write("../later.sh", "printf '1\\n2\\n3\\nlater\\n' > a.py; rm b.py; git checkout -q HEAD c.py; git add --all")
    wrapper = tmp_path / "bin/git"
    wrapper.parent.mkdir()
    real, rest = shutil.which("git"), os.environ["PATH"]
    wrapper.write_text(
        f'#!/bin/sh\ncase " $* " in *" diff -p "*) PATH="{rest}" sh -e ../later.sh >&2;; esac\nexec "{real}" "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{rest}")
    change = repo.read(source)
    texts = {file.path: file.text for file in change.files}
    if source is STAGED:
        assert texts == dict.fromkeys(("a.py", "b.py", "c.py"), "1\nlisted\n3\n")
        assert change.files[0].hunks[0].lines == (" 1", "-2", "+listed", " 3")
    else:
        assert texts == {"a.py": "1\n2\n3\nlater\n"}
        assert reasons(change) == {"b.py": "can't be read: No such file or directory"}


# --- merges and other work under way


def test_a_conflict_is_read_in_the_work_tree_and_skipped_in_the_index(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    repo.git("checkout", "-qb", "topic")
    repo.commit(a__py="topic\n", b__py="b\n")
    repo.git("checkout", "-q", "main")
    repo.commit(a__py="main\n")
    assert busy(repo.root) is None
    repo.git("merge", "topic", ok=False)
    assert busy(repo.root) == "merge"
    change = repo.read()
    assert statuses(change) == {"a.py": "M", "b.py": "A"}
    assert "<<<<<<< HEAD" in change.files[0].lines
    staged = repo.read(STAGED)
    assert (statuses(staged), reasons(staged)) == (
        {"b.py": "A"},
        {"a.py": "unmerged: resolve the conflict and add the file"},
    )


@pytest.mark.parametrize(
    ("command", "word"), [("rebase", "rebase"), ("cherry-pick", "cherry-pick"), ("revert", "revert")]
)
def test_it_is_told_what_is_under_way(repo: Repo, command: str, word: str) -> None:
    repo.commit(a__py="1\n")
    repo.git("checkout", "-qb", "topic")
    repo.commit(a__py="topic\n")
    topic = repo.commit(a__py="topic 2\n")
    repo.git("checkout", "-q", "main")
    repo.commit(a__py="main\n")
    repo.git(command, *(["topic"] if command == "rebase" else [topic]), ok=False)
    assert busy(repo.root) == word


def test_a_bisection_is_told(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    repo.git("bisect", "start")
    assert busy(repo.root) == "bisect"


# --- repositories of all kinds


def test_a_work_tree_of_its_own_is_read_and_not_its_neighbour(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    repo.git("worktree", "add", "-q", "-b", "topic", "../other")
    other = Repo(repo.root.parent / "other")
    other.write("sub/b.py", "2\n")
    other.git("add", "--all")
    assert repository_root(other.root / "sub") == other.root
    assert statuses(other.read()) == statuses(other.read(STAGED)) == {"sub/b.py": "A"}
    assert repo.read().files == ()
    other.commit(a__py="topic\n")
    repo.commit(a__py="main\n")
    other.git("merge", "main", ok=False)
    assert (busy(other.root), busy(repo.root)) == ("merge", None)


def test_a_repository_of_sha256_is_a_repository(make_repo: Callable[..., Repo]) -> None:
    repo = make_repo("sha256", "--object-format=sha256")
    first = repo.commit(a__py="1\n")
    repo.write("a.py", "2\n")
    assert len(first) == 64
    assert repository_root(repo.root) == repo.root
    assert the_file(repo.read()).text == "2\n"
    assert statuses(repo.read(Source(kind=Kind.commit, revision=first))) == {"a.py": "A"}
    assert the_file(repo.read(Source(kind=Kind.diff, diff=repo.git("diff")))).partial is False


def test_a_bare_repository_has_nothing_to_review(make_repo: Callable[..., Repo]) -> None:
    bare = make_repo("bare", "--bare")
    with pytest.raises(GitError, match="bare"):
        repository_root(bare.root)
    with pytest.raises(NotARepositoryError, match="not the top of a git work tree"):
        bare.read()


def test_outside_of_a_repository_only_diffs_and_files_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1\n")
    assert repository_root(tmp_path) is None
    assert busy(tmp_path) is None
    assert base_revision(tmp_path, WORK_TREE) is None
    with pytest.raises(NotARepositoryError, match="--diff"):
        read_change(tmp_path, WORK_TREE, repository=False)
    change = read_change(tmp_path, Source(kind=Kind.paths, paths=("a.py",)), repository=False)
    assert (statuses(change), change.base) == ({"a.py": "A"}, None)


def test_a_broken_repository_does_not_pass_for_part_of_the_one_around_it(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    (repo.root / "inner/.git").mkdir(parents=True)
    with pytest.raises(NotARepositoryError, match="not a usable git repository"):
        read_change(repo.root / "inner", WORK_TREE)


def test_a_repository_of_another_user_is_explained(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit(a__py="1\n")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match=r"another user.*git config --global --add safe\.directory"):
        repo.read()


def test_nothing_that_the_repository_configures_is_run(repo: Repo) -> None:
    repo.commit(a__py="1\n", **{".gitattributes": "*.py diff=evil\n"})
    command = f"touch {repo.root / 'ran'}; cat"
    for key in ("diff.external", "diff.evil.command", "diff.evil.textconv", "core.fsmonitor"):
        repo.git("config", key, command)
    for key in ("noprefix", "mnemonicPrefix", "suppressBlankEmpty"):
        repo.git("config", f"diff.{key}", "true")
    repo.git("config", "color.ui", "always")
    repo.git("config", "diff.context", "0")
    repo.write("a.py", "\n1\n2\n")
    assert the_file(repo.read()).hunks[0].lines == ("+", " 1", "+2")
    assert not (repo.root / "ran").exists()


# --- whole files


def test_an_audit_takes_whole_files_and_what_git_would_track_below_folders(repo: Repo) -> None:
    head = repo.commit(**{".gitignore": "*.log\n", "src/a.py": "1\n2\n", "src/gone.py": "x\n", "b.py": "b\n"})
    repo.write("src/new.py", "n\n")
    repo.write("src/x.log", "l\n")
    (repo.root / "src/gone.py").unlink()
    change = repo.read(Source(kind=Kind.paths, paths=("src", "src/a.py", str(repo.root / "b.py"), "src/x.log")))
    assert statuses(change) == {"src/a.py": "A", "src/new.py": "A", "b.py": "A"}
    assert reasons(change) == {"src/x.log": "nothing in it that git tracks or would track"}
    assert change.files[1].changed_lines == {1, 2}
    assert change.base == base_revision(repo.root, Source(kind=Kind.paths, paths=("src",))) == head
    assert list(statuses(repo.read(Source(kind=Kind.paths, paths=(".",))))) == [
        ".gitignore",
        "b.py",
        "src/a.py",
        "src/new.py",
    ]


def test_an_audit_without_a_repository_takes_all_below_a_folder(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write("src/a.py", "1\n")
    repo.write("src/b/c.py", "1\n")
    repo.write("src/.env", "X=1\n")
    repo.write("src/node_modules/x/y.js", "1\n")
    repo.write("src/.hg/store", "1\n")
    (tmp_path / "src/up").symlink_to("..")
    change = repo.read(Source(kind=Kind.paths, paths=("src",)), repository=False)
    assert statuses(change) == {"src/a.py": "A", "src/b/c.py": "A"}
    assert reasons(change) == {
        "src/.env": SECRET_FILE,
        "src/node_modules": "vendored: in node_modules/",
        "src/up": "symbolic link",
    }


@pytest.mark.parametrize("repository", [True, False])
@pytest.mark.parametrize(
    "path", ["nowhere.py", "../outside.py", "/etc/passwd", "a\0b", "", "~/x", "out/passwd", ".git/config"]
)
def test_a_path_that_is_not_there_or_leads_out_is_named(repo: Repo, path: str, repository: bool) -> None:
    repo.commit(a__py="1\n")
    (repo.root.parent / "outside.py").write_text("secret\n")
    (repo.root / "out").symlink_to("/etc")
    with pytest.raises(GitError) as caught:
        repo.read(Source(kind=Kind.paths, paths=("a.py", path)), repository=repository)
    assert repr(path) in str(caught.value)


# --- diffs


def test_a_diff_with_its_blobs_at_hand_gives_whole_files(repo: Repo) -> None:
    text = "".join(f"{n}\n" for n in range(50))
    repo.commit(a__py=text)
    second = repo.commit(a__py=text.replace("25\n", "x\n"))
    diff = repo.git("show", second)
    head = repo.commit(a__py="something else\n")
    change = repo.read(Source(kind=Kind.diff, diff=diff))
    file = the_file(change)
    assert (file.before, file.text, file.partial) == (text, text.replace("25\n", "x\n"), False)
    assert (change.source, change.base, change.head) == ("a diff", head, None)


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("repository", [True, False])
def test_a_diff_meets_its_file_with_or_without_the_change(tmp_path: Path, applied: bool, repository: bool) -> None:
    repo = Repo(tmp_path)
    old, new = "a\nb\nc\nd\ne\nf\n", "a\nb\nX\nd\ne\nf\n"
    if repository:
        repo.git("init", "-q")
        repo.commit(a__py=new if applied else old)
        (tmp_path / "a.py").unlink()  # only HEAD has it
    else:
        repo.write("a.py", new if applied else old)
    diff = "--- a/a.py\n+++ b/a.py\n@@ -2,3 +2,3 @@\n b\n-c\n+X\n d\n"
    file = the_file(repo.read(Source(kind=Kind.diff, diff=diff), repository=repository))
    assert (file.before, file.text, file.partial) == (old, new, False)


def test_a_diff_without_context_is_not_taken_for_applied(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write("a.py", "a\nb\nc\n")
    file = the_file(repo.read(Source(kind=Kind.diff, diff="--- a.py\n+++ a.py\n@@ -2 +1,0 @@\n-b\n"), repository=False))
    assert (file.before, file.text) == ("a\nb\nc\n", "a\nc\n")


def test_a_diff_of_a_file_that_is_not_at_hand_is_partial(tmp_path: Path) -> None:
    diff = "--- a/a.py\n+++ b/a.py\n@@ -3,2 +3,3 @@\n c\n-d\n+D\n+e\n"
    file = the_file(read_change(tmp_path, Source(kind=Kind.diff, diff=diff), repository=False))
    assert (file.text, file.before, file.partial) == ("\n\nc\nD\ne\n", None, True)
    assert file.changed_lines == {4, 5}
    assert_consistent(file)


def test_a_diff_alone_is_enough_for_new_and_deleted_files(tmp_path: Path) -> None:
    diff = "--- /dev/null\n+++ b/n.py\n@@ -0,0 +1 @@\n+n\n--- a/g.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-g\n"
    gone, new = read_change(tmp_path, Source(kind=Kind.diff, diff=diff), repository=False).files
    assert (new.status, new.text, new.before, new.partial) == (Status.added, "n\n", None, False)
    assert (gone.status, gone.text, gone.before, gone.partial) == (Status.deleted, None, "g\n", False)


@pytest.mark.parametrize("repository", [True, False])
def test_the_diff_of_a_change_is_the_change(repo: Repo, repository: bool) -> None:
    body = "".join(f"{n}\n" for n in range(30))
    repo.commit(
        **{"a.py": body, "gone.py": "g\n", "moved.py": body.upper() + "m\n", "crlf.txt": body.replace("\n", "\r\n")}
    )
    repo.write("a.py", body.replace("20\n", "x\n"))
    repo.git("mv", "moved.py", "to here.py")
    repo.write("to here.py", body.upper() + "n\n")
    repo.write("crlf.txt", body.replace("\n", "\r\n").replace("3\r\n", "y\r\n"))
    (repo.root / "gone.py").unlink()
    repo.write("né w.py", "\ufeffn\n")
    repo.git("add", "--all")
    direct = repo.read(STAGED)
    raw = subprocess.run(["git", "diff", "--cached", "-M"], cwd=repo.root, capture_output=True, check=True).stdout
    by_diff = repo.read(Source(kind=Kind.diff, diff=raw.decode()), repository=repository)
    assert by_diff.files == direct.files


def test_a_diff_reads_no_file_outside_through_a_link_or_from_git_itself(repo: Repo) -> None:
    repo.commit(a__py="1\n")
    (repo.root.parent / "secret").write_text("1\n")
    (repo.root / "up").symlink_to("..")
    (repo.root / "link").symlink_to("../secret")
    part = "--- a/{0}\n+++ b/{0}\n@@ -1 +1,2 @@\n 1\n+2\n"
    names = ("../secret", "/etc/passwd", "C:/x", ".git/config", "up/secret", "link", ".env")
    change = repo.read(Source(kind=Kind.diff, diff="".join(map(part.format, names))))
    outside = "path outside the repository: not read"
    assert reasons(change) == dict.fromkeys(names[:4], outside) | {".env": SECRET_FILE}
    assert [(file.path, file.partial) for file in change.files] == [("link", True), ("up/secret", True)]


def test_a_diff_lists_what_it_only_mentions(tmp_path: Path) -> None:
    diff = (
        "diff --git a/m.sh b/m.sh\nold mode 100644\nnew mode 100755\n"
        "diff --git a/b b/b\nindex 1111111..2222222 100644\nBinary files a/b and b/b differ\n"
        "diff --git a/l b/l\nnew file mode 120000\nindex 0000000..2222222\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+x\n"
        "diff --git a/s b/s\nindex 1111111..2222222 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n"
        "-Subproject commit 1111111111111111111111111111111111111111\n"
        "+Subproject commit 2222222222222222222222222222222222222222\n"
        "diff --cc c\nindex 1,2..3\n--- a/c\n+++ b/c\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n"
        "diff --git a/r b/t\nsimilarity index 100%\nrename from r\nrename to t\n"
    )
    change = read_change(tmp_path, Source(kind=Kind.diff, diff=diff), repository=False)
    assert change.files == ()
    assert reasons(change) == {
        "m.sh": "only its mode changed",
        "b": "binary",
        "l": "symbolic link",
        "s": "submodule",
        "c": "combined diff of a merge: give one against a single parent",
        "t": "renamed only, and its text is not at hand",
    }


def test_an_empty_diff_is_no_change_and_garbage_is_an_error(tmp_path: Path) -> None:
    assert read_change(tmp_path, Source(kind=Kind.diff, diff=""), repository=False).files == ()
    with pytest.raises(DiffError, match="line 1"):
        read_change(tmp_path, Source(kind=Kind.diff, diff="garbage"), repository=False)


# --- single files of a revision


def test_files_and_folders_are_read_at_a_revision_or_in_the_work_tree(repo: Repo) -> None:
    (repo.root / "LINK.md").symlink_to("AGENTS.md")
    first = repo.commit(**{"AGENTS.md": "old\n", ".juryroom/personas/a.md": "A", ".juryroom/personas/deep/b.md": "B"})
    repo.write("AGENTS.md", "new\n")
    repo.write(".juryroom/personas/c.md", "C")
    (repo.root / ".juryroom/personas/d.md").symlink_to("/etc/passwd")
    assert text_at(repo.root, first, "AGENTS.md") == "old\n"
    assert text_at(repo.root, None, "AGENTS.md") == "new\n"
    assert folder_at(repo.root, first, ".juryroom/personas") == {"a.md": "A"}
    assert folder_at(repo.root, None, ".juryroom/personas/") == {"a.md": "A", "c.md": "C"}
    for revision in (first, None):
        assert text_at(repo.root, revision, "LINK.md") is None
        assert text_at(repo.root, revision, "nowhere") is None
        assert text_at(repo.root, revision, ".juryroom") is None
        assert text_at(repo.root, revision, "../secret") is None
        assert folder_at(repo.root, revision, "nowhere") == {}
        assert folder_at(repo.root, revision, "..") == {}
    with pytest.raises(GitError, match="no commit 'nowhere'"):
        text_at(repo.root, "nowhere", "AGENTS.md")
    with pytest.raises(GitError, match="no revision"):
        text_at(repo.root, "-p", "AGENTS.md")
