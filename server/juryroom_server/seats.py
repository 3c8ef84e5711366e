"""The seats of models: who can be asked, who sits where, and who is missing and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import anyio.to_thread
import platformdirs

from juryroom_reviewers.ballot import Juror
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.depth import Depth
from juryroom_reviewers.language import language_of
from juryroom_reviewers.persona import Persona
from juryroom_reviewers.reading import CHARS_PER_TOKEN
from juryroom_reviewers.reviewer import Method, Review, Reviewer, Seat
from juryroom_reviewers.seat import ModelReviewer, ReadingLimits

from .configuration import files as settings_files
from .configuration.credentials import find_key, read_keyring
from .ledger.accounts import Ledger
from .ledger.budget import Left
from .memory.case import Case
from .memory.recall import Profile, SeatMemory
from .models.batch_jobs import Batching
from .models.cache import Booking, Store
from .models.card import ModelCard, Outside
from .models.discover import resolve
from .models.limiter import Turns
from .models.roster import Unusable, admit, available, opened
from .models.seating import Conditions
from .models.seating import explain as explain_seats
from .models.seating import seat as give_seats
from .models.shared import Shared
from .models.waiting import can_wait
from .settings import Settings


class _Absent:
    """A model that is configured and can't be asked: its seat stays empty, and the report says why."""

    def __init__(self, unusable: Unusable, *, failed: bool) -> None:
        self._unusable = unusable
        self._failed = failed

    @property
    def seat(self) -> Seat:
        """Who would sit there."""
        card = self._unusable.card
        return Seat(name=card.key, method=Method.model, model=card.name, family=card.lineage, categories=())

    async def review(self, context: ReviewContext) -> Review:  # noqa: ARG002 - it is not there to read
        """Say why there is no review."""
        return Review(seat=self.seat, abstained=self._unusable.reason, failed=self._failed)


class _Unseated:
    """A persona that no model could be paid for: it has not reviewed, and the report says so."""

    def __init__(self, persona: Persona, left: Left | None) -> None:
        self._persona = persona
        self._left = left

    @property
    def seat(self) -> Seat:
        """Who would sit there."""
        return Seat(name=self._persona.name, method=Method.model, persona=self._persona.name, categories=())

    async def review(self, context: ReviewContext) -> Review:  # noqa: ARG002 - it is not there to read
        """Say why there is no review."""
        reason = "no model can be paid"
        if self._left is not None:
            reason = (
                f"no model fits into the ${self._left.usd:.4f} that budget_{self._left.scope}_usd has left; raise it, "
                "or review less at once"
            )
        return Review(seat=self.seat, abstained=reason, failed=True, over_budget=True)


class Seating:
    """The model reviewers of one panel."""

    def __init__(
        self,
        members: Sequence[ModelReviewer] = (),
        absent: Sequence[Reviewer] = (),
        notes: tuple[str, ...] = (),
        jurors: Sequence[Juror] = (),
    ) -> None:
        self.members = members
        self.jurors = jurors
        self.absent = absent
        self.notes = notes


@dataclass(frozen=True)
class Setting:
    """What models are seated for, and with what."""

    settings: Settings
    environ: Mapping[str, str]
    personas: tuple[Persona, ...]
    context: ReviewContext
    depth: Depth
    ledger: Ledger
    shared: Shared
    explain: bool
    project: str
    """The repository, as the ledger names it."""
    batching: Batching | None = None
    """For reviews that may wait."""


async def seat_models(setting: Setting, stack: AsyncExitStack) -> Seating:
    """Seat the personas on the models that can be asked; those are open until the stack is closed."""
    settings, environ = setting.settings, setting.environ
    cards = [card for card in settings.models if card.quick or setting.depth is not Depth.quick]
    if not cards:
        return Seating()
    keyring = await anyio.to_thread.run_sync(read_keyring, environ, settings_files.user_config_dir())
    outside = Outside(privacy=settings.privacy, private_hosts=settings.private_hosts)
    usable, without_key = available(cards, environ, lambda card: find_key(card, keyring), outside)
    found, unreachable = await resolve(usable)
    endpoints, refused = await anyio.to_thread.run_sync(admit, found, outside)
    absent: list[Reviewer] = [
        *(_Absent(one, failed=False) for one in (*without_key, *refused)),
        *(_Absent(one, failed=True) for one in unreachable),
    ]
    by_key = {endpoint.card.key: endpoint for endpoint in endpoints}
    left = await setting.ledger.left()
    conditions = _conditions(settings, setting.context, left)
    # with the price as it will be paid: a server on this machine has none on its card, and is free
    cards = [endpoint.card.model_copy(update={"price": endpoint.price}) for endpoint in endpoints]
    seating = give_seats(setting.personas, cards, settings.seats, conditions)
    seated = {one.persona.name for one in seating.seats}
    unseated = [persona for persona in setting.personas if persona.name not in seated] if endpoints else []
    store = Store(cache_folder()) if settings.cache else None
    if endpoints and not seated and store is not None:
        # nothing can be paid, but what the cache answers costs nothing; the rest is refused by the ledger
        seating = give_seats(
            setting.personas, cards, settings.seats, conditions.model_copy(update={"budget_usd": None})
        )
    else:
        absent += (_Unseated(persona, left) for persona in unseated)
    taken = [by_key[key] for key in dict.fromkeys(one.card.key for one in seating.seats)]
    stand_ins = [by_key[key] for key in settings.failover if key in by_key]
    models = await stack.enter_async_context(
        opened(
            taken,
            store=store,
            accounts=setting.ledger,
            shared=setting.shared,
            failover=stand_ins,
            reasons={one.card.key: one.reason for one in seating.seats},
            batching=setting.batching,
        )
    )
    limits = ReadingLimits(part_tokens=settings.part_tokens, max_parts=settings.max_parts)
    case = Case(setting.context, settings.context_tokens)
    judgements = Store(judgement_folder()) if settings.cache else None
    members = []
    for one in seating.seats:
        profile = Profile(one.persona, by_key[one.card.key], limits, setting.project)
        booking = Booking(setting.ledger, one.card.tier.value, profile.endpoint.price, one.reason)
        memory = None if judgements is None else SeatMemory(judgements, case, profile, booking)
        members.append(ModelReviewer(one.persona, models[one.card.key], limits, memory))
    missing = [key for key in settings.failover if key not in by_key]
    notes = tuple(f"no stand-in: the model {key!r}, of failover, can't be asked" for key in missing)
    told = explain_seats(seating) if setting.explain else seating.notes
    if setting.batching is not None:
        notes += tuple(
            f"{one.name}: asked at once, as no batch API of it is known" for one in taken if not can_wait(one)
        )
    jurors = [_juror(member, one.card) for member, one in zip(members, seating.seats, strict=True)]
    return Seating(members, absent, (*told, *notes), jurors)


def _juror(member: ModelReviewer, card: ModelCard) -> Juror:
    """The model of a seat, to be asked about others' findings; the cheap ones are asked first."""
    price = card.price.input if card.price else None
    return Juror(seat=member.seat, model=member.model, tier=card.tier, usd_per_million=price)


def _conditions(settings: Settings, context: ReviewContext, left: Left | None) -> Conditions:
    """What one seat reads and writes at most, for seating it within what the tightest budget has left."""
    shown = sum(len(row) for file in context.change.files for hunk in file.hunks for row in hunk.lines)
    tokens = int(shown / CHARS_PER_TOKEN) + settings.context_tokens
    parts = min(tokens // settings.part_tokens + 1, settings.max_parts)
    languages = Counter(filter(None, (language_of(file.path, file.text) for file in context.change.files)))
    unknown = settings.unknown_price_ceiling_usd
    return Conditions(
        unknown_usd=None if unknown is None else Decimal(str(unknown)) * parts,
        budget_usd=None if left is None else left.usd,
        input_tokens=min(tokens, settings.part_tokens * settings.max_parts),
        output_tokens=parts * ReadingLimits().answer_tokens,
        languages=tuple(name for name, _ in languages.most_common()),
    )


def new_shared() -> Shared:
    """What calls know of each other; limits by the minute are known to all processes on this machine."""
    return Shared(turns=Turns(state_folder() / "turns.sqlite"))


def state_folder() -> Path:
    """Where processes leave word for each other."""
    return Path(platformdirs.user_state_dir("juryroom"))


def cache_folder() -> Path:
    """Where answers that were paid for are kept."""
    return Path(platformdirs.user_cache_dir("juryroom")) / "answers"


def judgement_folder() -> Path:
    """Where it is kept what was said of parts of changes."""
    return Path(platformdirs.user_cache_dir("juryroom")) / "judgements"
