"""The order list of the old back office: one line an order, semicolons, Windows line ends."""

from collections.abc import Iterable

from .models import Order

HEADER = ("order", "customer", "status", "country", "amount", "date")


def order_list(orders: Iterable[Order]) -> str:
    """All orders as the old back office reads them."""
    rows = [";".join(HEADER)]
    rows.extend(";".join(_cells(order)) for order in orders)
    return "\r\n".join(rows) + "\r\n"


def _cells(order: Order) -> tuple[str, ...]:
    return (
        str(order.id),
        str(order.user_id),
        order.status.value,
        order.country,
        f"{order.cents / 100:.2f}".replace(".", ","),
        order.created_at.strftime("%d.%m.%Y"),
    )
