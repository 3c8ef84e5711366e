import re


def count(lines, words):
    for line in lines:
        pattern = re.compile(r"\d+")  # hit
        pattern.match(line)
    for word in words:
        re.compile(word)  # ok
    return re.compile("x")  # ok
