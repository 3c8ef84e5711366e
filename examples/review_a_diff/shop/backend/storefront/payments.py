"""The payment provider's API."""

from dataclasses import dataclass

import requests

from .models import Order
from .settings import Settings


class PaymentError(RuntimeError):
    """The provider declined, or could not be reached."""


@dataclass(frozen=True)
class Payment:
    """A payment as the provider knows it."""

    id: str
    status: str
    cents: int


class Payments:
    """A client of the provider."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.payment_url
        self._timeout_s = settings.timeout_s
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {settings.payment_key}"

    def charge(self, order: Order, method: str) -> Payment:
        """Charge an order; the order's id makes a repetition harmless."""
        return self._post(
            "/payments",
            {"amount": order.cents, "currency": "EUR", "method": method, "reference": str(order.id)},
            key=f"order-{order.id}",
        )

    def status(self, payment_id: str) -> Payment:
        """What has become of a payment."""
        try:
            answer = self._session.get(f"{self._url}/payments/{payment_id}", timeout=self._timeout_s)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise PaymentError(f"payment {payment_id} can't be looked up: {error}") from error
        return _payment(answer.json())

    def _post(self, path: str, body: dict[str, object], key: str) -> Payment:
        try:
            answer = self._session.post(
                self._url + path, json=body, headers={"Idempotency-Key": key}, timeout=self._timeout_s
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            raise PaymentError(f"{path} failed: {error}") from error
        return _payment(answer.json())


def _payment(body: dict[str, object]) -> Payment:
    return Payment(id=str(body["id"]), status=str(body["status"]), cents=int(str(body["amount"])))
