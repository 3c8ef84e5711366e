def clean(items, table):
    for item in items:
        if item.old:
            items.remove(item)  # hit
    for key in table:
        del table[key]  # hit
    for key, value in table.items():
        if not value:
            table.pop(key)  # hit


def twin(items, table):
    for item in list(items):
        items.remove(item)  # ok
    for item in items:
        if item.old:
            items.remove(item)  # ok
            break
    for key in list(table):
        del table[key]  # ok
