"""Lets in what reviewers are to read, by path, size and text, and lists with its reason what stays out."""

from pydantic import Field

from juryroom_reviewers.change import ChangeSet, FileChange, Skipped, Status
from juryroom_reviewers.scope import EXCLUDED, SECRET_FILE, secret_file, skip_path, skip_text
from juryroom_reviewers.value import Value

from ..configuration.globs import matches
from .files import too_large


class Limits(Value):
    """How much of a change is read; the rest is skipped, and listed."""

    max_file_bytes: int = Field(default=1_000_000, gt=0)
    max_line_chars: int = Field(default=5_000, gt=0)
    """A longer line makes a file minified, or data."""
    max_files: int = Field(default=3_000, gt=0)
    max_total_bytes: int = Field(default=50_000_000, gt=0)


DEFAULT_LIMITS = Limits()


class Intake:
    """Collects the files of one change."""

    def __init__(self, limits: Limits, exclude: tuple[str, ...]) -> None:
        self.limits = limits
        self._exclude = exclude
        self._files: list[FileChange] = []
        self._private: list[FileChange] = []
        self._skipped: list[Skipped] = []
        self._admitted = 0
        self._bytes = 0

    def skip(self, path: str, reason: str) -> None:
        """List a file that is not read."""
        self._skipped.append(Skipped(path=path, reason=reason))

    def admits_path(self, path: str) -> bool:
        """Whether a file of that name is read; lists it if not. Files of secrets are, for the scanner alone."""
        reason = skip_path(path)
        if reason in (None, SECRET_FILE):
            reason = EXCLUDED if matches(path, self._exclude) else None
        if reason:
            self.skip(path, reason)
        return reason is None

    def admits_size(self, path: str, size: int) -> bool:
        """Whether there is room for so many bytes more; lists the file if not."""
        limits = self.limits
        reason = None
        if size > limits.max_file_bytes:
            reason = too_large(size, limits.max_file_bytes)
        elif self._admitted == limits.max_files:
            reason = f"more files than the limit of {limits.max_files:,}"
        elif self._bytes + size > limits.max_total_bytes:
            reason = f"more bytes in total than the limit of {limits.max_total_bytes:,}"
        if reason:
            self.skip(path, reason)
            return False
        self._admitted += 1
        self._bytes += size
        return True

    def add(self, file: FileChange) -> None:
        """Take a file whose text is for reviewers, or list it."""
        if secret_file(file.path):
            self.skip(file.path, SECRET_FILE)
            self._private.append(file)
            return
        read = file.before if file.status is Status.deleted else file.text
        before = file.before if file.status in (Status.modified, Status.renamed) else None
        most = self.limits.max_line_chars
        reason = skip_text(read or "", before, max_line_chars=most)
        if not reason:
            longest = max((len(line) - 1 for hunk in file.hunks for line in hunk.lines), default=0)
            reason = f"minified or data: line of {longest} characters" if longest > most else None
        if reason:
            self.skip(file.path, reason)
        else:
            self._files.append(file)

    def change(self, source: str, base: str | None, head: str | None) -> ChangeSet:
        """All that was taken and all that was not, in the order of their paths."""
        return ChangeSet(
            source=source,
            base=base,
            head=head,
            files=tuple(sorted(self._files, key=lambda file: file.path)),
            skipped=tuple(sorted(self._skipped, key=lambda skipped: skipped.path)),
            private=tuple(sorted(self._private, key=lambda file: file.path)),
        )
