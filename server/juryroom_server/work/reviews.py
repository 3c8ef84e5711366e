"""The real engine as a server's jobs run it. Brings the whole pipeline with it: import it at the first review."""

import os
from pathlib import Path

import anyio.to_thread

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.panel import Observer
from juryroom_reviewers.report import Report

from ..engine import open_workspace, review
from ..seats import new_shared
from .jobs import ReviewError
from .order import Order


class Reviews:
    """The reviews of one folder. They share what is known of the providers, and nothing else.

    Args:
        folder: in or above which the repository is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shared = new_shared()

    async def soft_budget_s(self) -> float:
        """Seconds after which a call answers with what is known so far, by the settings as they are now.

        Raises:
            ReviewError: when the settings can't be used.
        """
        try:
            workspace = await anyio.to_thread.run_sync(open_workspace, self._folder, os.environ, {})
        except Failure as error:
            raise ReviewError(str(error)) from error
        return workspace.loaded.settings.soft_budget_s

    async def review(self, order: Order, observer: Observer) -> Report:
        """Review what is ordered in the repository around the folder, by the settings as they are now.

        Raises:
            ReviewError: for every failure that has a message for the caller.
        """
        try:
            workspace = await anyio.to_thread.run_sync(open_workspace, self._folder, os.environ, {})
            return await review(workspace, order, observer=observer, shared=self._shared)
        except Failure as error:
            raise ReviewError(str(error)) from error
