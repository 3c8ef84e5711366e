import asyncio
import time

import requests


async def load(url):
    time.sleep(1)  # hit
    requests.get(url)  # hit
    await asyncio.sleep(1)  # ok

    def later():
        time.sleep(1)  # ok

    await asyncio.to_thread(lambda: requests.get(url))  # ok


def plain():
    time.sleep(1)  # ok
