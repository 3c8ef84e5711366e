"""What the shop talks about."""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a user may do."""

    customer = "customer"
    clerk = "clerk"
    admin = "admin"


class OrderStatus(StrEnum):
    """Where an order is."""

    open = "open"
    paid = "paid"
    shipped = "shipped"
    cancelled = "cancelled"


@dataclass(frozen=True)
class User:
    """A customer, or somebody who works here."""

    id: int
    email: str
    role: Role

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "User":
        """Read a row of `users`."""
        return cls(id=row["id"], email=row["email"], role=Role(row["role"]))


@dataclass(frozen=True)
class Product:
    """Something to buy."""

    sku: str
    title: str
    cents: int
    grams: int
    in_stock: int

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Product":
        """Read a row of `products`."""
        return cls(**{name: row[name] for name in ("sku", "title", "cents", "grams", "in_stock")})


@dataclass(frozen=True)
class OrderLine:
    """So many of one product, at the price of the day."""

    sku: str
    quantity: int
    cents: int

    @property
    def total_cents(self) -> int:
        """Price of the whole line."""
        return self.quantity * self.cents


@dataclass(frozen=True)
class Order:
    """What a customer has bought."""

    id: int
    user_id: int
    status: OrderStatus
    country: str
    cents: int
    payment_id: str | None
    created_at: datetime
    lines: tuple[OrderLine, ...] = field(default=())

    @classmethod
    def from_row(cls, row: sqlite3.Row, lines: tuple[OrderLine, ...] = ()) -> "Order":
        """Read a row of `orders`."""
        return cls(
            id=row["id"],
            user_id=row["user_id"],
            status=OrderStatus(row["status"]),
            country=row["country"],
            cents=row["cents"],
            payment_id=row["payment_id"],
            created_at=datetime.fromisoformat(row["created_at"]),
            lines=lines,
        )

    def as_json(self) -> dict[str, object]:
        """As the gateway reads it."""
        return {
            "id": self.id,
            "status": self.status.value,
            "country": self.country,
            "cents": self.cents,
            "createdAt": self.created_at.isoformat(),
            "lines": [{"sku": line.sku, "quantity": line.quantity, "cents": line.cents} for line in self.lines],
        }
