from decimal import Decimal


class Account:
    def __init__(self, balance: Decimal) -> None:
        self.balance = balance


def transfer(source: Account, target: Account, amount: Decimal) -> None:
    """Move money; nothing happens when it can't be done."""
    if amount <= 0 or source.balance < amount:
        raise ValueError(f"{amount} can't be moved")
    source.balance -= amount
    target.balance += amount
