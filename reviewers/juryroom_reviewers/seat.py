"""A persona on a model: the reviewer that reads with a language model."""

import anyio

import juryroom_prompts as prompts

from .answer import AnswerError, answer_schema, parse_answer
from .brief import CHARS_PER_TOKEN, Part, pack
from .change import ChangeSet, Skipped
from .context import ReviewContext
from .fence import random_word, struck, word_of
from .heard import Heard, judged
from .memory import Memory, NoMemory
from .model import NOTHING_USED, Completion, Model, ModelError, Prompt
from .persona import Persona
from .reviewer import Method, Review, Seat
from .value import Value

_SMALLER = 0.6
"""Of a part that was too long: its files are seldom cut into two equal halves."""


class ReadingLimits(Value):
    """How much of a change one model reviewer reads."""

    part_tokens: int = 24_000
    """Material in one request, in tokens (estimated)."""
    max_parts: int = 4
    """Requests in one review."""
    answer_tokens: int = 4_096


class ModelReviewer:
    """One persona, seated on one model."""

    def __init__(
        self, persona: Persona, model: Model, limits: ReadingLimits = ReadingLimits(), memory: Memory | None = None
    ) -> None:
        self.persona = persona
        self.model = model
        self.limits = limits
        self.memory = memory or NoMemory()

    @property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(
            name=f"{self.persona.name}@{self.model.name}",
            method=Method.model,
            persona=self.persona.name,
            model=self.model.name,
            family=self.model.family,
            categories=self.persona.categories,
            weight=self.persona.weight,
            version=review_version(self.persona),
        )

    async def review(self, context: ReviewContext) -> Review:
        """Read the change in as many requests as it needs, within the limits; abstain when no answer is usable.

        What is remembered of it is not read again.
        """
        recalled = await self.memory.recall(context)
        before = NOTHING_USED.model_copy(update={"saved_usd": recalled.saved_usd})
        remembered = (recalled.note,) if recalled.known else ()
        if recalled.left is None:
            return Review(seat=self.seat, findings=recalled.findings, usage=before, notes=remembered)
        whole, context = context, recalled.left
        packed = pack(context, self.limits.part_tokens, self.limits.max_parts)
        if not packed.parts and not recalled.known:
            return Review(seat=self.seat, abstained="nothing in the change to read", unread=packed.unread)
        heard: dict[int, Heard] = {}

        async def ask(index: int, part: Part) -> None:
            heard[index] = await self._ask_or_shrink(part, context, sharing=len(packed.parts))

        async with anyio.create_task_group() as group:
            for index, part in enumerate(packed.parts):
                group.start_soon(ask, index, part)
        answers = [heard[index] for index in range(len(packed.parts))]
        usage = sum((answer.usage for answer in answers), before)
        over_budget = any(answer.over_budget for answer in answers)
        failures = [answer.failure for answer in answers if answer.failure]
        if answers and len(failures) == len(answers):
            return Review(
                seat=self.seat,
                findings=recalled.findings,
                abstained=failures[0],
                failed=True,
                over_budget=over_budget,
                usage=usage,
                unread=packed.unread,
                notes=remembered,
            )
        await self.memory.remember(tuple(judged(self.seat, whole, recalled, packed, answers)))
        unread = [
            Skipped(path=path, reason=answer.failure)
            for part, answer in zip(packed.parts, answers, strict=True)
            if answer.failure
            for path in part.files
        ]
        unread += [skipped for answer in answers for skipped in answer.unread]
        return Review(
            # of parts that different models answered, the stand-in's: its vote must not count beside its own seat's
            seat=self.seat.taken_by(next((answer.stand_in for answer in answers if answer.stand_in), None)),
            findings=(*recalled.findings, *(finding for answer in answers for finding in answer.findings)),
            usage=usage,
            over_budget=over_budget,
            lost=failures[0] if failures else None,
            unread=tuple(dict.fromkeys((*packed.unread, *unread))),
            notes=(*remembered, *dict.fromkeys(note for answer in answers for note in answer.notes)),
        )

    async def _ask_or_shrink(self, part: Part, context: ReviewContext, *, sharing: int) -> Heard:
        """Ask for a part; once more in smaller ones, if it was more than the model can read at once."""
        whole = await self._ask(part, context, sharing=sharing)
        if not whole.too_long:
            return whole
        files = tuple(file for file in context.change.files if file.path in part.files)
        smaller = ReviewContext(change=ChangeSet(source=context.change.source, files=files), excerpts=context.excerpts)
        packed = pack(smaller, int(len(part.text) * _SMALLER / CHARS_PER_TOKEN), max_parts=3)
        if not packed.parts:
            return whole
        halves = [await self._ask(half, context, sharing=sharing) for half in packed.parts]
        if all(half.failure for half in halves):
            return halves[0]
        left = [
            Skipped(path=path, reason=heard.failure)
            for half, heard in zip(packed.parts, halves, strict=True)
            if heard.failure
            for path in half.files
        ]
        return Heard(
            findings=tuple(finding for half in halves for finding in half.findings),
            usage=sum((half.usage for half in halves), NOTHING_USED),
            notes=("asked in smaller parts, as one was too long", *(note for half in halves for note in half.notes)),
            unread=(*packed.unread, *left),
            stand_in=next((half.stand_in for half in halves if half.stand_in), None),
        )

    async def _ask(self, part: Part, context: ReviewContext, *, sharing: int) -> Heard:
        prompt = self.prompt(part, context, sharing=sharing)
        try:
            completion = await self.model.complete(prompt)
        except ModelError as error:
            return Heard(failure=str(error), too_long=error.too_long, over_budget=error.over_budget, usage=error.usage)
        try:
            cut_off = completion.finish_reason == "length"
            answer = parse_answer(completion.text, self.persona.categories, cut_off=cut_off)
        except AnswerError as error:
            return Heard(failure=f"{completion.model} gave no usable answer: {error}", usage=completion.usage)
        # only the quote: it is looked up in the file, and shown to nobody
        reveal = context.redaction.reveal
        findings = tuple(one.model_copy(update={"quote": reveal(one.quote)}) for one in answer.findings)
        return Heard(
            findings=findings,
            usage=completion.usage,
            notes=(*_notes(completion, self), *answer.notes),
            stand_in=completion.stand_in,
            # what another model said in its place, or what had to be mended, is not this seat's word for next time
            whole=completion.finish_reason == "stop" and not completion.notes and not answer.notes,
            cached=completion.cached,
            model=completion.model,
            chars=len(prompt.system) + len(prompt.user),
            own=len(part.text) / (len(prompt.system) + len(prompt.user)),
        )

    def prompt(self, part: Part, context: ReviewContext, *, sharing: int = 1) -> Prompt:
        """The request for one part of the change, without its secrets: what all parts share comes first.

        Args:
            part: of the change.
            context: the change, and what the repository asks of its code.
            sharing: requests of this review that begin with the same persona and conventions.
        """
        nonce = random_word()
        opening, word = "", ""
        if rules := context.redaction.hide(conventions_section(context.conventions)):
            word = word_of(rules)
            opening = f"{prompts.render('review_conventions', word=word, conventions=struck(rules, word))}\n"
        material = struck(context.redaction.hide(part.text), nonce, word)
        return Prompt(
            system=prompts.render(
                "review_system",
                charter=self.persona.charter,
                categories=", ".join(f"`{category}`" for category in self.persona.categories),
                category=self.persona.categories[0],
            ),
            user=opening + prompts.render("review_user", nonce=nonce, material=material),
            schema_name="review",
            answer_schema=answer_schema(self.persona.categories),
            max_output_tokens=self.limits.answer_tokens,
            nonce=nonce,
            persona=self.persona.name,
            stable_chars=len(opening),
            sharing=sharing,
        )


def review_version(persona: Persona) -> str:
    """Of all words that a review is asked for with: what was learnt about others doesn't hold for these."""
    return f"{prompts.version('review_system', 'review_conventions', 'review_user')}-{persona.version}"


def conventions_section(conventions: str) -> str:
    """The repository's own rules, as material: they inform the reviewer and can't instruct it."""
    return f"## What the repository asks of its code\n\n{conventions.strip()}" if conventions.strip() else ""


def _notes(completion: Completion, reviewer: ModelReviewer) -> list[str]:
    notes = ["answer from the cache, nothing paid"] if completion.cached else []
    if completion.notes:
        return [*notes, *completion.notes]  # they say who answered
    asked = reviewer.model.name.partition(":")[2]
    answered = completion.model.partition(":")[2] or completion.model
    if asked and answered != asked and not answered.startswith(asked):
        notes.append(f"asked {asked}, {answered} answered")
    return notes
