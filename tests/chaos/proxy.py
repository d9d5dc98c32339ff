"""A proxy before a node that cuts, delays, repeats, reorders and corrupts what passes, as the dice say."""

import asyncio
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
KEPT = 30  # requests of the past that may come again


class Proxy:
    """Listens at ``port`` for one node at ``upstream``; ``faults`` is the chance of one per request."""

    def __init__(self, port: int, upstream: int, seed: int) -> None:
        self.port, self.upstream = port, upstream
        self.faults = 0.0
        self.dice = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.past: list[bytes] = []
        self.serving: set[asyncio.Task[Any] | None] = set()  # the loop alone would let a waiting task be collected

    async def start(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 20)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self.serving.add(task)
        try:
            while request := await _message(reader):
                answer = await self._pass(request)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            self.done["upstream away"] += 1
        finally:
            self.serving.discard(task)
            writer.close()

    async def _pass(self, request: bytes) -> bytes | None:
        """The answer, or None to break the connection off."""
        if self.dice.random() >= self.faults:
            return await self._ask(request)
        fault: Callable[[bytes], Coroutine[Any, Any, bytes | None]] = self.dice.choice(
            [self.cut_request, self.cut_answer, self.lose_answer, self.delay, self.repeat, self.hold_back, self.replay,
             self.corrupt_request, self.corrupt_answer]
        )  # fmt: skip
        self.done[fault.__name__] += 1
        self.past = [*self.past[-KEPT:], request]
        return await fault(request)

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream, limit=1 << 20)
        try:
            writer.write(request)
            await writer.drain()
            answer = await _message(reader)
        finally:
            writer.close()
        if not answer:
            raise ConnectionResetError("the node was killed before it answered")
        return answer

    async def cut_request(self, request: bytes) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        writer.write(request[: self.dice.randrange(len(request))])
        await writer.drain()
        writer.close()

    async def cut_answer(self, request: bytes) -> bytes:
        answer = await self._ask(request)
        return answer[: self.dice.randrange(len(answer))]

    async def lose_answer(self, request: bytes) -> None:
        await self._ask(request)

    async def delay(self, request: bytes) -> bytes:
        await asyncio.sleep(self.dice.uniform(0.05, 0.6))
        return await self._ask(request)

    async def repeat(self, request: bytes) -> bytes:
        first, _ = await asyncio.gather(self._ask(request), self._ask(request))
        return first

    async def hold_back(self, request: bytes) -> None:
        """The sender sees a broken connection; the request arrives later, after its successors."""

        async def later() -> None:
            await asyncio.sleep(self.dice.uniform(0.1, 1.5))
            try:
                await self._ask(request)
            except (OSError, asyncio.IncompleteReadError):
                self.done["upstream away"] += 1

        self.late = asyncio.create_task(later())

    async def replay(self, request: bytes) -> bytes:
        await self._ask(self.dice.choice(self.past))
        return await self._ask(request)

    async def corrupt_request(self, request: bytes) -> bytes:
        return await self._ask(self._corrupt(request))

    async def corrupt_answer(self, request: bytes) -> bytes:
        return self._corrupt(await self._ask(request))

    def _corrupt(self, message: bytes) -> bytes:
        """A changed bit in the body or, where there is none, in the head; lengths stay as they are."""
        head = message.index(b"\r\n\r\n") + 4
        low, high = (head, len(message)) if len(message) > head else (0, head - 4)
        place = self.dice.randrange(low, high)
        return message[:place] + bytes([message[place] ^ 1 << self.dice.randrange(8)]) + message[place + 1 :]


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One HTTP message with its body; empty at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise
        return b""
    length = LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


class Proxies:
    """All proxies of a federation, in one thread."""

    def __init__(self, proxies: list[Proxy]) -> None:
        self.proxies = proxies
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        for proxy in proxies:
            asyncio.run_coroutine_threadsafe(proxy.start(), self.loop).result(10)

    def set_faults(self, chance: float) -> None:
        for proxy in self.proxies:
            proxy.faults = chance

    def counted(self) -> Counter[str]:
        return sum((proxy.done for proxy in self.proxies), Counter())

    def close(self) -> None:
        async def end() -> None:
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for proxy in self.proxies:
                proxy.server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
