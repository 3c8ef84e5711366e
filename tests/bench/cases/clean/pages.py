from collections.abc import Iterator, Sequence


def pages(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """All items, in pages of `size`; the last one may be shorter."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def last_page(items: Sequence[str], size: int) -> int:
    """Number of the last page, from 1; 0 when there is none."""
    return -(-len(items) // size)
