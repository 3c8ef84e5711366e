"""Whether an engine that backtracks takes exponential or polynomial time for a pattern.

Exponential: there are two ways to come from a position back to it over the same text (Weber and Seidl, On the degree of
ambiguity of finite automata, 1991; condition EDA). Polynomial: from one loop into another over a text that both take
(IDA). Either only matters when what follows can fail, so that the engine tries all of the ways.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from .automaton import START, Automaton

MAX_STEPS = 60_000
"""Pairs of positions that are looked at for a pattern: some 50 ms."""
MAX_SUBSETS = 200
_SHOWN = 24

Pair = tuple[int, int]


@dataclass(frozen=True)
class Slow:
    """Why a pattern is slow."""

    exponential: bool
    pump: str
    """The text whose repetition slows it down."""


class _SpentError(Exception):
    """The search took too long."""


@dataclass
class Search:
    """A search in one automaton, and the steps that it still may take."""

    machine: Automaton
    left: int = MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        """Count steps; past the last the search ends."""
        self.left -= steps
        if self.left < 0:
            raise _SpentError


def exponential(machine: Automaton, search: Search | None = None) -> Slow | None:
    """The first loop that takes exponential time; None where there is none, or none was found in time."""
    search = search or Search(machine)
    try:
        for loop in _loops(machine):
            if START in loop:
                continue
            if (found := _doubled(search, loop)) and (pump := _failing(search, *found)) is not None:
                return Slow(exponential=True, pump=pump)
    except _SpentError:
        return None
    return None


def polynomial(machine: Automaton, search: Search | None = None) -> Slow | None:
    """The first two loops that take quadratic time or more; None as above."""
    search = search or Search(machine)
    loops = list(_loops(machine))
    try:
        for one in loops:
            for other in loops:
                if one is other:
                    continue
                for q in sorted(one)[:8]:
                    for p in sorted(other)[:8]:
                        masks = _shared(search, q, p, one, other)
                        if masks and (pump := _failing(search, p, masks)) is not None:
                            return Slow(exponential=False, pump=pump)
    except _SpentError:
        return None
    return None


def _loops(machine: Automaton) -> Iterator[frozenset[int]]:  # noqa: C901 - the algorithm is known as one piece
    """Sets of positions that reach one another (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on: set[int] = set()
    out: list[frozenset[int]] = []
    for root in range(len(machine.masks)):
        if root in index:
            continue
        work = [(root, iter(machine.follow[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            node, after = work[-1]
            for one in after:
                if one not in index:
                    index[one] = low[one] = len(index)
                    stack.append(one)
                    on.add(one)
                    work.append((one, iter(machine.follow[one])))
                    break
                if one in on:
                    low[node] = min(low[node], index[one])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    members = set()
                    while True:
                        one = stack.pop()
                        on.discard(one)
                        members.add(one)
                        if one == node:
                            break
                    if len(members) > 1 or node in machine.follow[node]:
                        out.append(frozenset(members))
    return iter(out)


def _doubled(search: Search, loop: frozenset[int]) -> tuple[int, list[int]] | None:  # noqa: C901 - there and back
    """A position of the loop and the masks of a text that leads back to it in two ways."""
    machine = search.machine
    after = {q: [p for p in machine.follow[q] if p in loop and machine.masks[p]] for q in loop}
    for q in sorted(loop):
        for p in after[q]:
            search.spend()
            if machine.follow[q][p] > 1 and (back := _path(search, after, p, q)) is not None:
                return q, [machine.masks[p], *back]
    # all pairs (q, q) reach one another: what leaves them and comes back is a second way
    came: dict[Pair, Pair] = {}
    seen = {(q, q) for q in loop}
    queue = deque(sorted(seen))
    before: dict[Pair, list[Pair]] = {}
    while queue:
        pair = queue.popleft()
        for p in after[pair[0]]:
            for r in after[pair[1]]:
                search.spend()
                if not machine.masks[p] & machine.masks[r]:
                    continue
                found = (p, r) if p <= r else (r, p)
                before.setdefault(found, []).append(pair)
                if found not in seen:
                    seen.add(found)
                    came[found] = pair
                    queue.append(found)
    towards: dict[Pair, Pair] = {}
    queue = deque((q, q) for q in sorted(loop))
    done = set(queue)
    while queue:
        pair = queue.popleft()
        for earlier in before.get(pair, ()):
            search.spend()
            if earlier in done:
                continue
            done.add(earlier)
            towards[earlier] = pair
            if earlier[0] != earlier[1] and earlier in came:
                return _around(search, after, came, towards, earlier)
            queue.append(earlier)
    return None


def _around(
    search: Search, after: dict[int, list[int]], came: dict[Pair, Pair], towards: dict[Pair, Pair], middle: Pair
) -> tuple[int, list[int]] | None:
    masks = search.machine.masks
    steps: list[Pair] = [middle]
    while steps[0] in came and steps[0][0] != steps[0][1]:
        steps.insert(0, came[steps[0]])
    while steps[-1][0] != steps[-1][1]:
        steps.append(towards[steps[-1]])
    start, stop = steps[0][0], steps[-1][0]
    back = _path(search, after, stop, start)
    return None if back is None else (start, [masks[p] & masks[r] for p, r in steps[1:]] + back)


def _path(search: Search, after: dict[int, list[int]], start: int, stop: int) -> list[int] | None:
    """The masks of a text that leads from one position to another."""
    came: dict[int, int] = {}
    queue = deque([start])
    while queue and stop not in came and start != stop:
        one = queue.popleft()
        for p in after[one]:
            search.spend()
            if p not in came and p != start:
                came[p] = one
                queue.append(p)
    out: list[int] = []
    while stop != start:
        if stop not in came:
            return None
        out.insert(0, search.machine.masks[stop])
        stop = came[stop]
    return out


def _shared(  # noqa: C901 - three walks at once
    search: Search, q: int, p: int, one: frozenset[int], other: frozenset[int]
) -> list[int] | None:
    """The masks of a text that leads from q to q, from q to p, and from p to p."""
    masks, follow = search.machine.masks, search.machine.follow
    if not masks[q] & masks[p] and (len(one) == 1 and len(other) == 1):
        return None
    goal = (q, p, p)
    came: dict[tuple[int, int, int], tuple[tuple[int, int, int], int]] = {}
    queue = deque([(q, q, p)])
    tried = 0
    while queue and goal not in came:
        state = queue.popleft()
        a, b, c = state
        for x in follow[a]:
            if x not in one or not masks[x]:
                continue
            for z in follow[c]:
                both = masks[x] & masks[z]
                if z not in other or not both:
                    continue
                for y in follow[b]:
                    search.spend()
                    tried += 1
                    if both & masks[y] and (x, y, z) not in came:
                        came[x, y, z] = (state, both & masks[y])
                        queue.append((x, y, z))
        if tried > MAX_STEPS // 20:
            return None
    if goal not in came:
        return None
    out: list[int] = []
    at = goal
    while True:
        at, mask = came[at]
        out.insert(0, mask)
        if at == (q, q, p):
            return out


def _failing(search: Search, start: int, masks: list[int]) -> str | None:
    """A text that is repeated and after which the match can fail, so that all ways are tried; None for none."""
    machine = search.machine
    for rarest in (True, False):
        word = [_chosen(machine, mask, rarest=rarest) for mask in masks]
        now = frozenset({start})
        for mask in word * 2:
            search.spend(len(now))
            # past a match the rest of the text does not matter
            now = frozenset() if now & machine.accepting else machine.step(now, mask)
        if now and _can_fail(search, now):
            text = "".join(chr(machine.samples[mask.bit_length() - 1]) for mask in word)
            return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return None


def _chosen(machine: Automaton, mask: int, *, rarest: bool) -> int:
    bits = [1 << n for n in range(mask.bit_length()) if mask >> n & 1]
    pick = min if rarest else max
    return pick(bits, key=lambda bit: sum(1 for one in machine.masks if one & bit))


def _can_fail(search: Search, start: frozenset[int]) -> bool:
    """Whether some text leads from these positions to where nothing matches, and past no match."""
    machine = search.machine
    if start & machine.accepting:
        return False
    seen = {start}
    queue = deque([start])
    while queue and len(seen) < MAX_SUBSETS:
        now = queue.popleft()
        if not now & machine.accepting_at_end:
            return True
        for number in range(len(machine.samples)):
            search.spend(len(now))
            after = machine.step(now, 1 << number)
            if after not in seen and not after & machine.accepting:
                seen.add(after)
                queue.append(after)
    return False
