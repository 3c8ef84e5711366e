from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    article: str
    amount: int


def add(article: str, amount: int = 1, basket: list[Line] = []) -> list[Line]:
    """A basket with one more line; a new one where none is given."""
    if amount < 1:
        raise ValueError("amount must be at least 1")
    basket.append(Line(article, amount))
    return basket
