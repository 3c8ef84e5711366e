"""Products: find them, keep their stock."""

import sqlite3
from collections.abc import Iterable, Sequence

from .models import OrderLine, Product


class OutOfStockError(RuntimeError):
    """There is less of a product than was asked for."""

    def __init__(self, sku: str) -> None:
        super().__init__(f"not enough of {sku!r} in stock")
        self.sku = sku


def search(connection: sqlite3.Connection, words: str, page: int, size: int) -> list[Product]:
    """Products whose title holds the words; pages count from 1."""
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = connection.execute(
        "SELECT sku, title, cents, grams, in_stock FROM products WHERE title LIKE ? ESCAPE '\\' "
        "ORDER BY title, sku LIMIT ? OFFSET ?",
        (pattern, size, (page - 1) * size),
    )
    return [Product.from_row(row) for row in rows]


def by_sku(connection: sqlite3.Connection, skus: Sequence[str]) -> dict[str, Product]:
    """The products of these numbers, in one query."""
    if not skus:
        return {}
    marks = ", ".join("?" for _ in skus)
    rows = connection.execute(
        "SELECT sku, title, cents, grams, in_stock FROM products WHERE sku IN (" + marks + ")",  # noqa: S608 - marks only
        tuple(skus),
    )
    return {row["sku"]: Product.from_row(row) for row in rows}


def take(connection: sqlite3.Connection, lines: Iterable[OrderLine]) -> None:
    """Take the lines out of stock; the caller holds a transaction."""
    lines = tuple(lines)
    stock = by_sku(connection, [line.sku for line in lines])
    for line in lines:
        product = stock.get(line.sku)
        if product is None or product.in_stock < line.quantity:
            raise OutOfStockError(line.sku)
    connection.executemany(
        "UPDATE products SET in_stock = in_stock - ? WHERE sku = ?",
        [(line.quantity, line.sku) for line in lines],
    )


def give_back(connection: sqlite3.Connection, lines: Iterable[OrderLine]) -> None:
    """Put the lines back into stock; the caller holds a transaction."""
    connection.executemany(
        "UPDATE products SET in_stock = in_stock + ? WHERE sku = ?",
        [(line.quantity, line.sku) for line in lines],
    )
