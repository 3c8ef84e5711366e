"""Answers that were paid for once: the same question to the same model costs nothing the second time."""

import contextlib
import hashlib
import logging
import os
import stat
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Self

import anyio
import anyio.to_thread
from pydantic import ValidationError

from juryroom_reviewers.model import NOTHING_USED, Completion, Model, Prompt, Usage
from juryroom_reviewers.value import Value

from .accounting import Accounts, Intent, NoAccounts, Outcome, Result
from .card import Price

log = logging.getLogger(__name__)

MAX_AGE_S = 30 * 86_400
"""An answer that nobody asked for that long is deleted."""
MAX_BYTES = 64 * 2**20
"""Of all answers together; the ones unused for longest are deleted first."""
_MAX_ENTRY = 4 * 2**20
_SUFFIX = ".json"
_NEW = ".new"
"""An answer that is being written."""


class _Entry(Value):
    """One file."""

    key: str
    """The file's own name again: an entry that was moved or mixed up is none."""
    text: str
    model: str
    usage: Usage = Usage(input_tokens=None, output_tokens=None, cost_usd=None)
    """What it took when it was paid for; unknown in files that are older than this field."""


class Kept(Value):
    """An answer, and what it took when it was paid for."""

    text: str
    model: str
    usage: Usage

    @classmethod
    def of(cls, completion: Completion) -> Self:
        """What is kept of a whole answer."""
        return cls(text=completion.text, model=completion.model, usage=completion.usage)


class Store:
    """A folder of answers, readable by its owner only. Whatever is wrong with it, a review goes on without.

    Args:
        folder: created when the first answer is kept.
        max_age_s: seconds after its last use at which an answer is deleted.
        max_bytes: of all answers together.
    """

    def __init__(self, folder: Path, *, max_age_s: float = MAX_AGE_S, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_age_s = max_age_s
        self._max_bytes = max_bytes
        self._trusted: bool | None = None
        self._complained = False
        self._pruned = False

    def read(self, key: str) -> Kept | None:
        """The answer of that key, or None where there is none that can be used."""
        path = self._folder / f"{key}{_SUFFIX}"
        try:
            if not self._is_ours():
                return None
            with path.open("rb") as file:
                entry = _Entry.model_validate_json(file.read(_MAX_ENTRY))
            os.utime(path)
        except (FileNotFoundError, ValidationError):
            return None  # not there, or not whole: the next answer takes its place
        except OSError as error:
            self._complain(error)
            return None
        if entry.key != key:
            return None
        return Kept(text=entry.text, model=entry.model, usage=entry.usage)

    def write(self, key: str, kept: Kept) -> None:
        """Keep an answer, whole or not at all."""
        data = _Entry(key=key, text=kept.text, model=kept.model, usage=kept.usage).model_dump_json().encode()
        if len(data) >= _MAX_ENTRY:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_ours():
                return
            self._replace(self._folder / f"{key}{_SUFFIX}", data)
            if not self._pruned:
                self._pruned = True
                self._prune()
        except OSError as error:
            self._complain(error)

    def _replace(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=_NEW)  # 0600 by itself
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _is_ours(self) -> bool:
        """Whether nobody else can plant an answer there. Raises FileNotFoundError where there is no folder."""
        if self._trusted is None:
            found = self._folder.stat()
            others = os.name == "posix" and (
                found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            )
            self._trusted = stat.S_ISDIR(found.st_mode) and not others
            if not self._trusted:
                self._complain("it is no folder, or others can write to it; run: chmod 700")
        return self._trusted

    def _prune(self) -> None:
        """Delete what is too old, then the ones unused for longest until the rest fits; once for each store."""
        now, room = time.time(), self._max_bytes
        found = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                # an answer that is being written is somebody's, and what is gone needs no deletion
                with contextlib.suppress(FileNotFoundError):
                    info = entry.stat(follow_symlinks=False)
                    if not entry.name.endswith(_NEW) or now - info.st_mtime > self._max_age_s:
                        found.append((info, entry.path))
        for info, path in sorted(found, key=lambda pair: pair[0].st_mtime, reverse=True):
            room -= info.st_size
            if room < 0 or now - info.st_mtime > self._max_age_s:
                Path(path).unlink(missing_ok=True)

    def _complain(self, why: object) -> None:
        if not self._complained:
            self._complained = True
            log.warning("answers of models are not cached in %s: %s", self._folder, why)


@dataclass(frozen=True)
class Booking:
    """How an answer that cost nothing stands in the books."""

    accounts: Accounts
    tier: str
    price: Price | None
    """Of today; None: unknown."""
    reason: str = ""
    """Why this model."""

    async def hit(self, intent: Intent, answered_by: str, saved_usd: Decimal | None) -> None:
        """Record a call that was not made. It costs nothing, so no budget is in its way."""
        result = Result(
            outcome=Outcome.cached, answered_by=answered_by, cost_usd=Decimal(0), saved_usd=saved_usd, attempts=0
        )
        with anyio.CancelScope(shield=True):  # else it might stay open
            await self.accounts.settle(await self.accounts.reserve(intent), result)


_NOWHERE = Booking(accounts=NoAccounts(), tier="", price=None)


def worth(took: Usage, price: Price | None) -> Decimal | None:
    """USD that a call like this one would cost today, by list price; None: unknown.

    What it did cost then, where that was less: a part of the material may have been in the provider's own cache.
    """
    if price is None or took.input_tokens is None or took.output_tokens is None:
        return None
    today = price.cost(took.input_tokens, took.output_tokens)
    return today if took.cost_usd is None else min(today, took.cost_usd)


class CachedModel:
    """A model that is only asked what it was not asked before.

    Args:
        model: who answers what isn't kept.
        store: where answers are kept.
        identity: what the answer depends on besides the prompt, as a digest; see Endpoint.identity.
        booking: where it is recorded that an answer was kept, and at which price that counts.
    """

    def __init__(self, model: Model, store: Store, identity: str, booking: Booking = _NOWHERE) -> None:
        self._model = model
        self._store = store
        self._identity = identity
        self._booking = booking

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._model.name

    @property
    def family(self) -> str:
        """Who trained it."""
        return self._model.family

    async def complete(self, prompt: Prompt) -> Completion:
        """The kept answer at no cost, or a new one. Only answers that ended by themselves are kept.

        Raises:
            ModelError: when the model has to be asked and gives no usable answer.
        """
        key = hashlib.sha256(f"{self._identity}\0{prompt.digest}".encode()).hexdigest()
        kept = await anyio.to_thread.run_sync(self._store.read, key)
        if kept is not None:
            saved = worth(kept.usage, self._booking.price)
            await self._booking.hit(self._intent(prompt), kept.model, saved)
            usage = NOTHING_USED.model_copy(update={"saved_usd": saved})
            return Completion(text=kept.text, model=kept.model, usage=usage, finish_reason="stop", cached=True)
        completion = await self._model.complete(prompt)
        if completion.finish_reason == "stop":
            await anyio.to_thread.run_sync(self._store.write, key, Kept.of(completion))
        return completion

    def _intent(self, prompt: Prompt) -> Intent:
        # the digest of the call that was paid for, so that both can be found
        parts = (self._identity, prompt.digest, "")
        return Intent(
            model=self.name,
            family=self.family,
            tier=self._booking.tier,
            task=prompt.schema_name,
            persona=prompt.persona,
            reason=self._booking.reason,
            digest=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
            ceiling_usd=Decimal(0),
        )
