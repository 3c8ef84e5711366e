import functools

import numpy as np
import pandas as pd
import asyncio
import time

_cache = {}
_table_cache = {}


def queue(start):
    todo = [start]
    while todo:
        node = todo.pop(0)  # hit list-as-queue
        todo.extend(node.children)
    parts = []
    for node in start.rows:
        parts.insert(0, node)  # hit front-of-list
    stack = [start]
    while stack:
        stack.extend(stack.pop().children)  # ok list-as-queue


def texts(rows):
    text = ""
    for row in rows:
        text += row.name  # hit text-grown
    count = 0
    for row in rows:
        count += row.size  # ok text-grown
    return text, count


def lists(rows):
    found = []
    for row in rows:
        found = found + [row]  # hit list-rebuilt
    for row in rows:
        found.append(row)  # ok list-rebuilt
    return found


def frames(paths):
    frame = pd.DataFrame()
    values = np.array([])
    for path in paths:
        frame = pd.concat([frame, read(path)])  # hit frame-grown
        values = np.append(values, path.size)  # hit frame-grown
    return pd.concat([read(path) for path in paths])  # ok frame-grown


def tables(frame, sink, records):
    for index, row in frame.iterrows():  # hit row-by-row
        sink.push(index, row)
    frame["area"] = frame.geometry.apply(lambda g: g.area)  # hit row-by-row
    frame["size"] = frame["name"].str.len()  # ok row-by-row
    kinds = {kind for kind, deep in zip(frame.kind, frame.deep) if deep}  # hit columns-zipped
    pairs = [a for a, b in zip(frame, records)]  # ok columns-zipped
    for record in records:
        sink.write(record)  # hit one-by-one
    for record in records:
        sink.write(record.text)  # ok one-by-one
    return kinds, pairs


def walked(graph, start):
    stack = [(start, iter(graph[start]))]
    while stack:
        parent, children = stack[-1]
        try:  # hit hand-iterated
            child = next(children)
            stack.append((child, iter(graph[child])))
        except StopIteration:
            stack.pop()
    for child in graph[start]:
        try:  # ok hand-iterated
            child.visit()
        except StopIteration:
            return


def lengths(graph, lookup):
    for one in graph:
        for two in graph.near(one):
            try:  # hit exception-per-element
                distance = lookup[one][two]
            except KeyError:
                continue
            yield distance
    try:  # ok exception-per-element
        distance = lookup["a"]
    except KeyError:
        return


class Report:
    @functools.lru_cache
    def total(self, year):  # hit cache-on-method
        return year

    @functools.cached_property
    def name(self):  # ok cache-on-method
        return ""


@functools.cache
def parsed(text):  # hit cache-without-limit
    return text


@functools.lru_cache(maxsize=100)
def limited(text):  # ok cache-without-limit
    return text


def remembered(key):
    if key not in _cache:
        _cache[key] = key.load()  # hit cache-only-grows
    return _cache[key]


def bounded(key):
    if len(_table_cache) > 100:
        _table_cache.clear()
    _table_cache[key] = key.load()  # ok cache-only-grows


async def handler(path, queue):
    time.sleep(1)  # hit blocking-in-async
    await asyncio.sleep(1)  # ok blocking-in-async
    await asyncio.to_thread(time.sleep, 1)  # ok blocking-in-async
    pause()  # hit blocking-through-call
    await asyncio.to_thread(pause)  # ok blocking-through-call


def pause():
    time.sleep(1)  # ok blocking-in-async


def views(User, wanted):
    active = [user for user in User.objects.all() if user.active]  # hit filtered-after-fetch
    every = [user.name for user in User.objects.all()]  # ok filtered-after-fetch
    count = len(User.objects.all())  # hit counted-after-fetch
    rows = User.objects.all()
    names = [row.name for row in rows]
    return active, every, count, len(rows), names  # ok counted-after-fetch


def consumed(rows, mapping):
    a = any([row.ok for row in rows])  # hit materialised
    b = any(row.ok for row in rows)  # ok materialised
    c = len([row for row in rows if row.ok])  # hit materialised
    for key, value in list(mapping.items()):  # hit materialised
        print(key, value)
    for key, value in list(mapping.items()):  # ok materialised
        if value:
            del mapping[key]
    d = sorted(list(rows))  # hit copied-twice
    e = sorted(rows)  # ok copied-twice
    f = sorted(rows)[0]  # hit sorted-for-one
    g = sorted(rows)[:3]  # ok sorted-for-one
    return a, b, c, d, e, f, g


def measured(graph, node):
    triangles = [u for w in node for u in graph[w] if u in node]  # hit kept-for-length
    squares = [u for u in node]  # ok kept-for-length
    return len(triangles), len(squares), squares


def extremes(nodes):
    lines = set()
    for node in nodes:
        lines.add(node.line)  # hit kept-for-extremes
    kept = set()
    for node in nodes:
        kept.add(node.line)  # ok kept-for-extremes
    return min(lines), max(lines), min(kept), kept  # hit kept-for-extremes


def sums(graph):
    triangles = sum(t for _, t in degrees(graph))  # hit same-call-twice
    contribution = sum(d for d, _ in degrees(graph))
    return triangles / contribution


def once(graph, other):
    triangles = sum(t for _, t in degrees(graph))  # ok same-call-twice
    return triangles + sum(d for d, _ in degrees(other))


def overwritten(frame, other):
    copied = frame.copy()  # hit copy-overwritten
    copied["a"] = 0
    copied = joined(frame, other)
    kept = frame.copy()  # ok copy-overwritten
    kept["a"] = 0
    kept = joined(kept, other)
    return copied, kept


def dispatch(groups):
    table = {}
    for keys, handler in groups:  # hit element-by-element
        for key in keys:
            table[key] = handler
    sizes = {}
    for keys, handler in groups:  # ok element-by-element
        for key in keys:
            sizes[key] = handler
            handler.register(key)
    return table, sizes
