def walk(queue, rows):
    out = []
    while queue:
        node = queue.pop(0)  # hit
        out.append(node)
    for row in rows:
        out.insert(0, row)  # hit
    out.insert(0, "head")  # ok
    while queue:
        queue.popleft()  # ok
