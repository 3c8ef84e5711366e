"""What an engine, or the whole panel, says about one line of labelled code."""

from juryroom_reviewers.value import Value

from ...analysers.precision import family_of
from .labels import SECURITY, Label, Record

_NEAR = 3
_NEAR_OTHERS = 1
_ENCLOSING = 10


class Alert(Value):
    """One alert."""

    id: str
    """Of the record."""
    line: int
    end_line: int
    cwe: tuple[str, ...] = ()
    persona: str
    engine: str
    """Who says so; of the panel all its members that do, joined by `+`."""
    rule: str = ""
    methods: int = 1
    """Method classes that agree."""
    probability: float | None = None
    shown: bool = True
    """Whether a report would show it at the default thresholds; caps on its length aside."""

    @property
    def families(self) -> frozenset[str]:
        """Of its weaknesses."""
        return frozenset(map(family_of, self.cwe))

    def hits(self, label: Label) -> bool:
        """Whether it is about this label.

        Within 3 lines of it (1 outside of security), around it in at most 10 lines, or inside of it; for security, of
        one family of weaknesses with it.
        """
        security = self.persona == SECURITY
        if security and not self.families & label.families:
            return False
        last = label.end_line or label.line
        near = abs(self.line - label.line) <= (_NEAR if security else _NEAR_OTHERS)
        around = self.line <= label.line <= self.end_line and self.end_line - self.line <= _ENCLOSING
        return near or around or label.line <= self.line <= last

    def counts(self, record: Record) -> bool:
        """Whether it can be right or wrong: what nobody looked for is neither."""
        return self.persona != SECURITY or bool(self.families & record.under_test)
