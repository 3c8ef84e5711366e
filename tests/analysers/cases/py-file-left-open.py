def read(path):
    f = open(path)  # hit
    return f.read()


def closed(path):
    f = open(path)  # ok
    text = f.read()
    f.close()
    return text


def given(path):
    f = open(path)  # ok
    return f


def wrapped(path):
    f = open(path)  # ok
    reader = csv.reader(f)
    return reader
