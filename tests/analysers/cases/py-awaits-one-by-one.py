async def load(urls):
    pages = []
    for url in urls:
        pages.append(await fetch(url))  # hit
    more = [await fetch(url) for url in urls]  # hit
    async for page in stream():
        pages.append(await page.text())  # ok
    return await asyncio.gather(*(fetch(url) for url in urls))  # ok
