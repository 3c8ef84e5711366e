"""Orders: place, list, cancel."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from . import catalogue, pricing
from .db import transaction
from .models import Order, OrderLine, OrderStatus, User

_COLUMNS = "id, user_id, status, country, cents, payment_id, created_at"


class OrderError(RuntimeError):
    """An order can't be placed or changed; the message says why."""


def place(connection: sqlite3.Connection, user: User, country: str, wanted: dict[str, int]) -> Order:
    """Turn a basket (sku to quantity) into an order and take it out of stock."""
    if not wanted:
        raise OrderError("the basket is empty")
    products = catalogue.by_sku(connection, list(wanted))
    missing = sorted(set(wanted) - set(products))
    if missing:
        raise OrderError(f"no such product: {', '.join(missing)}")
    lines = tuple(OrderLine(sku, quantity, products[sku].cents) for sku, quantity in wanted.items())
    grams = sum(products[line.sku].grams * line.quantity for line in lines)
    cents = pricing.total(lines, country, grams)
    with transaction(connection):
        catalogue.take(connection, lines)
        cursor = connection.execute(
            "INSERT INTO orders (user_id, country, cents, created_at) VALUES (?, ?, ?, ?)",
            (user.id, country, cents, datetime.now(UTC).isoformat()),
        )
        connection.executemany(
            "INSERT INTO order_lines (order_id, sku, quantity, cents) VALUES (?, ?, ?, ?)",
            [(cursor.lastrowid, line.sku, line.quantity, line.cents) for line in lines],
        )
    placed = get(connection, int(cursor.lastrowid or 0))
    if placed is None:
        raise OrderError("the order is gone")
    return placed


def get(connection: sqlite3.Connection, order_id: int) -> Order | None:
    """One order with its lines, or None."""
    query = f"SELECT {_COLUMNS} FROM orders WHERE id = ?"  # noqa: S608 - a constant
    row = connection.execute(query, (order_id,)).fetchone()
    return Order.from_row(row, lines_of(connection, [order_id])[order_id]) if row else None


def of_user(connection: sqlite3.Connection, user: User, page: int, size: int) -> list[Order]:
    """A page of a user's orders, the latest first; pages count from 1."""
    query = f"SELECT {_COLUMNS} FROM orders WHERE user_id = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?"  # noqa: S608
    rows = connection.execute(query, (user.id, size, (page - 1) * size)).fetchall()
    lines = lines_of(connection, [row["id"] for row in rows])
    return [Order.from_row(row, lines[row["id"]]) for row in rows]


def lines_of(connection: sqlite3.Connection, order_ids: Sequence[int]) -> dict[int, tuple[OrderLine, ...]]:
    """The lines of many orders in one query."""
    found: dict[int, list[OrderLine]] = defaultdict(list)
    for chunk in _chunks(order_ids, 500):
        marks = ", ".join("?" for _ in chunk)
        rows = connection.execute(
            f"SELECT order_id, sku, quantity, cents FROM order_lines WHERE order_id IN ({marks}) ORDER BY sku",  # noqa: S608
            tuple(chunk),
        )
        for row in rows:
            found[row["order_id"]].append(OrderLine(row["sku"], row["quantity"], row["cents"]))
    return {order_id: tuple(found[order_id]) for order_id in order_ids}


def cancel(connection: sqlite3.Connection, order: Order) -> None:
    """Cancel an order that is not on its way."""
    if order.status not in (OrderStatus.open, OrderStatus.paid):
        raise OrderError(f"order {order.id} is {order.status.value} and can't be cancelled")
    with transaction(connection):
        connection.execute("UPDATE orders SET status = 'cancelled' WHERE id = ?", (order.id,))
        catalogue.give_back(connection, order.lines)


def mark_paid(connection: sqlite3.Connection, order_id: int, payment_id: str) -> None:
    """Note the payment."""
    connection.execute(
        "UPDATE orders SET status = 'paid', payment_id = ? WHERE id = ? AND status = 'open'", (payment_id, order_id)
    )


def _chunks(ids: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
