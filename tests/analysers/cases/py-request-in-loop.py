import requests


def load(urls):
    for url in urls:
        requests.get(url, timeout=5)  # hit
    requests.get(urls[0], timeout=5)  # ok
    while True:
        requests.get(urls[0], timeout=5)  # ok
