def unique(rows, known):
    seen = []
    for row in rows:
        if row not in seen:  # hit
            seen.append(row)
    ids = [k.id for k in known]
    for row in rows:
        if row.id in ids:  # hit
            print(row)
    return seen


def twin(rows):
    seen = set()
    for row in rows:
        if row not in seen:  # ok
            seen.add(row)
    names = ["a", "b"]
    for row in rows:
        if row in names:  # ok
            print(row)
