def all_positive(rows):
    for row in rows:  # hit
        if row > 0:
            return True
        else:
            return False


def found(rows, wanted):
    for row in rows:  # hit
        if row == wanted:
            return True
        return False


def twin(rows, wanted):
    for row in rows:  # ok
        if row == wanted:
            return True
    return False
