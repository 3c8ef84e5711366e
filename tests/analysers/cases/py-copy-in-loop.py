import copy


def variants(base, names):
    for name in names:
        one = copy.deepcopy(base)  # hit
        one.name = name
    return copy.deepcopy(base)  # ok
