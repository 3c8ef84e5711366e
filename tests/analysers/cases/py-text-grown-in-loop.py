def render(rows):
    text = ""
    for row in rows:
        text += str(row)  # hit
    return text


def total(rows):
    count = 0
    for row in rows:
        count += row  # ok
    parts = []
    for row in rows:
        line = ""
        line += str(row)  # ok
        parts.append(line)
    return "".join(parts)
