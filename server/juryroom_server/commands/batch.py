"""`juryroom batch`: the batches that `review --batch` handed in; waiting for one, ending one."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import anyio
import anyio.to_thread

from juryroom_reviewers.failure import Failure

from ..configuration.credentials import find_key, read_keyring
from ..configuration.files import user_config_dir
from ..engine import Workspace, open_workspace
from ..ledger.accounts import Ledger, open_ledger
from ..ledger.jobs import LedgerJobs
from ..models.batch_jobs import Batching, collected, connect_batches, until_done
from ..models.cache import Store
from ..models.card import Outside
from ..models.endpoint import Endpoint
from ..models.failure import ProviderError
from ..models.roster import admit, available
from ..models.waiting import Job, State, at_batch_price
from ..models.wire import Answered
from ..outcome import Exit
from ..render.clean import line as clean
from ..render.words import many
from ..seats import cache_folder
from .errors import UsageError


class BatchError(Failure):
    """A batch can't be looked after. The message says which, why, and what to do."""


def run_batch(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """List, wait or cancel, and return the exit code: 3 when the batch is still running.

    Raises:
        BatchError: when the batch can't be asked for.
        LedgerError: when what was handed in can't be read.
        UsageError: when the batch is not named, or there is none of that name.
    """
    if args.action != "list" and args.id is None:
        raise UsageError(f"juryroom batch {args.action}: say which, by its ID; juryroom batch list shows them")
    workspace = open_workspace(Path.cwd(), environ, {"deadline_s": args.deadline_s})

    async def run() -> Exit:
        settings = workspace.loaded.settings
        async with open_ledger(settings, environ, workspace.root) as ledger:
            if args.action == "list":
                _show(await _listed(ledger, ledger.project), as_json=args.json)
                return Exit.clean
            job = _named(await _listed(ledger, None), args.id)
            try:
                return await _finish(workspace, ledger, job, cancel=args.action == "cancel")
            except ProviderError as error:
                raise BatchError(str(error)) from error

    return anyio.run(run)


async def _listed(ledger: Ledger, project: str | None) -> tuple[Job, ...]:
    from ..ledger import job_rows  # noqa: PLC0415 - SQLAlchemy takes 0.2 s, which the help doesn't need

    return await ledger.use(lambda database: job_rows.listed(database, project))


def _named(jobs: Sequence[Job], name: str) -> Job:
    for job in jobs:
        if name in (job.id, job.name):
            return job
    raise UsageError(f"juryroom batch: there is no batch {name!r}; juryroom batch list shows them")


def _show(jobs: Sequence[Job], *, as_json: bool) -> None:
    if as_json:
        rows = [{**job.model_dump(mode="json", exclude={"items"}), "calls": len(job.items)} for job in jobs]
        sys.stdout.write(json.dumps({"schema_version": "1", "batches": rows}, indent=2) + "\n")
        return
    if not jobs:
        print("No batches were handed in for this repository.")
    for job in jobs:
        when = f"{job.made_at:%Y-%m-%d %H:%M} UTC"
        print(
            f"{clean(job.label)}  {job.state.value:<10}  {when}  {clean(job.model)}  {many(len(job.items), 'question')}"
        )


async def _finish(workspace: Workspace, ledger: Ledger, job: Job, *, cancel: bool) -> Exit:
    settings = workspace.loaded.settings
    jobs = LedgerJobs(ledger)
    if not job.state.open:
        _tell(f"the batch {job.label} is over ({job.state.value})")
        return Exit.clean
    if job.name is None:
        return await _given_up(jobs, job, cancel=cancel)
    if not settings.cache:
        raise BatchError(
            "answers of a batch are kept in the cache, which is switched off; switch it on, or run the review with "
            "--batch again"
        )
    endpoint = at_batch_price(await _endpoint(workspace, job))
    wire = await anyio.to_thread.run_sync(connect_batches, endpoint)
    try:
        if cancel:
            await wire.cancel(job.name)
        outcomes = None
        with anyio.move_on_after(settings.deadline_s) as scope:
            outcomes = await until_done(wire, endpoint, job, anyio.sleep)
        if scope.cancelled_caught:
            _tell(f"the batch {job.label} is still running; run this again, or raise --deadline")
            return Exit.partial
        if outcomes is None:
            await jobs.change(job.model_copy(update={"state": State.given_up}))
            raise BatchError(
                f"the provider knows no batch {job.label} any more; what was set aside for it counts as spent until "
                "juryroom ledger reconcile"
            )
        with anyio.CancelScope(shield=True):
            batching = Batching(jobs=jobs, accounts=ledger, store=Store(cache_folder()))
            await collected(batching, endpoint, job, outcomes)
    finally:
        with anyio.CancelScope(shield=True):
            await wire.aclose()
    done = sum(isinstance(outcome, Answered) for outcome in outcomes.values())
    _tell(f"the batch {job.label} is done: {done} of {many(len(outcomes), 'question')} answered, and paid")
    _tell("review the same with --batch now: the answers are in the cache")
    return Exit.clean


async def _given_up(jobs: LedgerJobs, job: Job, *, cancel: bool) -> Exit:
    if not cancel:
        raise BatchError(
            f"whether the batch {job.id} arrived at the provider is not known, so it can't be waited for; look at the "
            f"provider's list of batches, and if it has none from then, run: juryroom batch cancel {job.id}"
        )
    await jobs.change(job.model_copy(update={"state": State.given_up}))
    _tell(f"the batch {job.id} is forgotten, and may be handed in anew")
    _tell("what was set aside for it counts as spent; juryroom ledger reconcile --refund gives it back")
    return Exit.clean


async def _endpoint(workspace: Workspace, job: Job) -> Endpoint:
    """The model that a job was handed in to, as it is configured now.

    Raises:
        BatchError: when it can't be asked any more.
    """
    settings = workspace.loaded.settings
    keyring = await anyio.to_thread.run_sync(read_keyring, workspace.environ, user_config_dir())
    outside = Outside(privacy=settings.privacy, private_hosts=settings.private_hosts)
    cards = [card for card in settings.models if card.key == job.card]
    usable, unusable = available(cards, workspace.environ, lambda card: find_key(card, keyring), outside)
    endpoints, refused = await anyio.to_thread.run_sync(admit, usable, outside)
    if endpoints and endpoints[0].name == job.model:
        return endpoints[0]
    why = next((one.reason for one in (*unusable, *refused)), f"models.{job.card} is another model now, or none")
    raise BatchError(f"the batch {job.label} of {job.model} can't be looked at: {why}")


def _tell(words: str) -> None:
    print(f"juryroom: {clean(words)}", file=sys.stderr)
