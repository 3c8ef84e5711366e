"""Mails to customers, many at a time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from .settings import Settings

AT_ONCE = 8


@dataclass(frozen=True)
class Mail:
    """One mail to be sent."""

    to: str
    template: str
    values: dict[str, str]


class Notifier:
    """A client of the mail service."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.mail_url
        self._timeout_s = settings.timeout_s

    async def send_all(self, mails: Sequence[Mail]) -> list[Mail]:
        """Send the mails; those that could not be sent come back."""
        gate = asyncio.Semaphore(AT_ONCE)
        async with httpx.AsyncClient(base_url=self._url, timeout=self._timeout_s) as client:
            sent = await asyncio.gather(*(self._send(client, gate, mail) for mail in mails))
        return [mail for mail, done in zip(mails, sent, strict=True) if not done]

    async def _send(self, client: httpx.AsyncClient, gate: asyncio.Semaphore, mail: Mail) -> bool:
        async with gate:
            try:
                answer = await client.post("/mails", json={"to": mail.to, "template": mail.template, **mail.values})
            except httpx.HTTPError:
                return False
        return answer.is_success
