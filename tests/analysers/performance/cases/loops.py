import copy
import fnmatch
import itertools
import re
import subprocess

import numpy as np
import requests
import scipy as sp

EXTENSIONS = [".py", ".pyi"]


def queries(cursor, session, ids, statements):
    for key in ids:
        cursor.execute("select * from t where id = %s", (key,))  # hit query-in-loop
    cursor.execute("select * from t where id = any(%s)", (ids,))  # ok query-in-loop
    for statement in statements:
        cursor.execute(statement)  # ok query-in-loop
    return [session.get(User, key) for key in ids]  # hit query-in-loop


def load(session, key):
    return session.query(User).get(key)


def helpers(session, keys):
    users = []
    for key in keys:
        users.append(load(session, key))  # hit effect-through-call
    first = load(session, 1)  # ok effect-through-call
    return users, first


def remote(urls, paths):
    for url in urls:
        requests.get(url)  # hit request-in-loop
    requests.get(urls[0])  # ok request-in-loop
    for path in paths:
        subprocess.run(["convert", path])  # hit process-in-loop
    subprocess.run(["convert", *paths])  # ok process-in-loop


def files(rows, paths):
    for row in rows:
        with open("table.csv") as stream:  # hit file-in-loop
            row.check(stream)
    for path in paths:
        with open(path) as stream:  # ok file-in-loop
            stream.read()


def patterns(rows, names):
    for row in rows:
        re.compile(r"\d+").match(row)  # hit pattern-in-loop
    for name in names:
        re.compile(name).match("x")  # ok pattern-in-loop


def globs(names, wanted):
    for name in names:
        for pattern in wanted:
            if fnmatch.fnmatch(name, pattern):  # hit match-in-loop
                return name
    return [name for name in names if fnmatch.fnmatch(name, "*.py")]  # ok match-in-loop


def sorts(rows, points):
    for row in rows:
        row.rank = sorted(points).index(row.value)  # hit sort-in-loop
    for row in rows:
        row.values = sorted(row.values)  # ok sort-in-loop


def copies(rows, template):
    for row in rows:
        row.config = copy.deepcopy(template)  # hit copy-in-loop
    return copy.deepcopy(template)  # ok copy-in-loop


def algebra(matrix, nodes):
    for node in nodes:
        sp.linalg.eigh(matrix[node])  # hit algebra-in-loop
    return sp.linalg.eigh(matrix)  # ok algebra-in-loop


def unchanging(files, settings):
    for file in files:
        checks = load_rules(settings)  # hit invariant-call
        file.run(checks)
    for file in files:
        checks = load_rules(file)  # ok invariant-call
        file.run(checks)


def searched(graph, weights):
    total = 0
    for node in graph:
        total += local_efficiency(graph, node)  # hit whole-in-loop
    for node in graph:
        total += weights[node]  # ok whole-in-loop
    return total


def counted(groups, members):
    found = {}
    for member in members:
        found[member] = sum(1 for group in groups if member in group)  # hit scan-in-loop
    for member in members:
        found[member] = sum(1 for group in member.groups if group.open)  # ok scan-in-loop
    return found


def listed(rows, text, allowed: list[str]):
    stop = text.split()
    for row in rows:
        if row.word in stop:  # hit membership-in-list
            continue
        if row.kind in allowed:  # hit membership-in-list
            continue
    known = set(stop)
    for row in rows:
        if row.word in known:  # ok membership-in-list
            continue
        if row.suffix in EXTENSIONS:  # ok membership-in-list
            continue


def all_pairs(points):
    for left in points:  # hit all-pairs
        for right in points:
            left.push(right)
    for left in points:  # ok all-pairs
        for right in left.near:
            left.push(right)


def squares(graph, node):
    total = 0
    for one, two in itertools.combinations(graph[node], 2):
        total += len(set(graph[one]) & set(graph[two]))  # hit set-per-pair
    sets = {one: set(graph[one]) for one in graph}  # ok set-per-pair
    for one, two in itertools.combinations(graph[node], 2):
        total += len(sets[one] & sets[two])  # ok set-per-pair
    return total


def complement(graph, nodes):
    for one, two in itertools.combinations(nodes, 2):
        if two not in graph.adjacent[one]:  # hit attribute-per-pair
            yield one, two
    adjacent = graph.adjacent
    for one, two in itertools.combinations(nodes, 2):
        if two not in adjacent[one]:  # ok attribute-per-pair
            yield one, two


def reset(residual):
    for node in residual:
        for edge in residual[node].values():  # hit lookup-by-own-key
            edge["flow"] = 0
    for node in residual:
        for edge in residual[node].values():  # ok lookup-by-own-key
            edge[node] = 0


ATTEMPTS = 3


def try_again(url, turns):
    for attempt in range(ATTEMPTS):
        requests.get(url, timeout=attempt)  # ok request-in-loop
    for attempt in range(turns):
        requests.get(url, timeout=attempt)  # hit request-in-loop
