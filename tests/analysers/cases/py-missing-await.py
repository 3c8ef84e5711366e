import asyncio


async def save(row):
    await asyncio.sleep(1)  # ok


async def main(rows):
    save(rows[0])  # hit
    asyncio.sleep(1)  # hit
    await save(rows[1])  # ok
    asyncio.create_task(save(rows[2]))  # ok


class Store:
    async def flush(self):
        pass

    async def close(self):
        self.flush()  # hit
        await self.flush()  # ok
