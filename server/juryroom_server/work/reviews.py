"""The real engine as a job runs it. Brings the whole pipeline with it: import it at the first review."""

import os
from pathlib import Path

import anyio.to_thread

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.panel import Observer
from juryroom_reviewers.report import Report

from ..engine import open_workspace, review
from .jobs import ReviewError
from .order import Order


async def review_in(folder: Path, order: Order, observer: Observer) -> Report:
    """Review what is ordered in the repository around a folder, by the settings as they are now.

    Raises:
        ReviewError: for every failure that has a message for the caller.
    """
    try:
        workspace = await anyio.to_thread.run_sync(open_workspace, folder, os.environ, {})
        return await review(workspace, order, observer=observer)
    except Failure as error:
        raise ReviewError(str(error)) from error
