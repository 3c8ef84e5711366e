"""What each seat said of units before, in files beside those of the answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

import anyio
import anyio.to_thread
from pydantic import ValidationError

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.memory import Judged, Recalled, Unit
from juryroom_reviewers.persona import Persona
from juryroom_reviewers.seat import ReadingLimits, review_version

from ..models.accounting import Intent
from ..models.cache import Booking, Kept, Store, worth
from ..models.endpoint import Endpoint
from .case import Case
from .entry import Entry, as_it_stands, hidden, said_of
from .regions import digest
from .saving import avoided, spared

VERSION = "1"
"""Of the keys and of what is kept under them."""
MAX_UNITS = 5_000
"""Of a change with more, nothing is looked up or kept: that would take longer than it saves."""


@dataclass(frozen=True)
class Profile:
    """Whose judgement it is: all that it depends on besides the code."""

    persona: Persona
    endpoint: Endpoint
    limits: ReadingLimits
    project: str
    """The repository: what is known of one is not used in another, however alike their code."""

    def digest(self, case: Case) -> str:
        """SHA-256 (hex)."""
        return digest(
            VERSION,
            self.project,
            self.persona.name,
            review_version(self.persona),
            self.endpoint.identity,
            self.endpoint.card.approved or "",  # what another version said is told apart when its answer is read
            self.limits.model_dump_json(),
            str(case.context_tokens),
            case.context.conventions,
        )


class SeatMemory:
    """What one seat has said in one repository.

    Args:
        store: where it is kept. Findings are, with the code that they quote, secrets replaced; prompts are not.
        case: what is reviewed now.
        profile: whose memory it is.
        booking: where it is recorded what was saved.
    """

    def __init__(self, store: Store, case: Case, profile: Profile, booking: Booking) -> None:
        self._store = store
        self._case = case
        self._profile = profile
        self._booking = booking
        self._owner = profile.digest(case)

    async def recall(self, context: ReviewContext) -> Recalled:
        """What is known of the change, in the books as one call that was not made."""
        units = await self._case.units()
        if len(units) > MAX_UNITS:
            return Recalled(left=context)
        known = await anyio.to_thread.run_sync(self._read, units)
        asked = tuple(unit for unit in units if unit.key not in known)
        if not known:
            return Recalled(left=context, asked=asked)
        left = await self._case.left(asked) if asked else None
        chars = await anyio.to_thread.run_sync(spared, context, left, self._profile.limits, abandon_on_cancel=True)
        shares = ((kept.usage, entry) for kept, entry in known.values())
        saved = worth(avoided(shares, chars, nothing_left=not asked), self._booking.price)
        answered_by = next(iter(known.values()))[0].model
        await self._booking.hit(self._intent(known), answered_by, saved)
        return Recalled(
            left=left,
            asked=asked,
            findings=tuple(
                as_it_stands(said, unit, context)
                for unit in units
                if unit.key in known
                for said in known[unit.key][1].findings
            ),
            known=len(units) - len(asked),
            units=len(units),
            saved_usd=saved,
        )

    async def remember(self, judged: Sequence[Judged]) -> None:
        """Keep what was said of units."""
        await anyio.to_thread.run_sync(self._write, judged)

    def _read(self, units: Sequence[Unit]) -> dict[str, tuple[Kept, Entry]]:
        found: dict[str, tuple[Kept, Entry]] = {}
        for unit in units:
            kept = self._store.read(self._file(unit))
            if kept is None:
                continue
            try:
                entry = Entry.model_validate_json(kept.text)
            except ValidationError:
                continue  # not whole: what is said now takes its place
            if all(0 <= said.first <= said.last < len(unit.tokens) for said in entry.findings):
                found[unit.key] = (kept, entry)
        return found

    def _write(self, judged: Sequence[Judged]) -> None:
        hide = self._case.context.redaction.hide
        for one in judged:
            said = [said_of(finding, one.unit) for finding in one.findings]
            if all(said):
                findings = tuple(hidden(each, hide) for each in said if each)
                text = Entry(findings=findings, chars=one.chars, own=one.own).model_dump_json()
                self._store.write(self._file(one.unit), Kept(text=text, model=one.model, usage=one.usage))

    def _file(self, unit: Unit) -> str:
        return digest(self._owner, unit.key)

    def _intent(self, known: Collection[str]) -> Intent:
        endpoint = self._profile.endpoint
        return Intent(
            model=endpoint.name,
            family=endpoint.card.lineage,
            tier=endpoint.card.tier.value,
            task="review",
            persona=self._profile.persona.name,
            reason=self._booking.reason,
            digest=digest(self._owner, *sorted(known)),
            ceiling_usd=Decimal(0),
        )
