"""A small HTTP/1.1 client over asyncio: hundreds of clients in one process, at little cost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

Answer = tuple[int, bytes]


class Client:
    """One connection that is kept open. Not for two requests at once."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self.port = port
        self.headers = "".join(f"{k}: {v}\r\n" for k, v in (headers or {}).items())
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        """(status, body). A connection that was closed between two requests is opened again."""
        for last in (False, True):
            try:
                await self._send(method, path, body, kind)
                return await self._answer()
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if last:
                    raise
        raise AssertionError

    async def lines(self, path: str) -> AsyncIterator[bytes]:
        """The lines of a stream without end."""
        await self._send("GET", path, b"", "")
        status, _, chunked = await self._head()
        if status != 200 or not chunked:
            raise ConnectionError(f"{path}: {status}")
        assert self.streams is not None
        reader, rest = self.streams[0], b""
        while size := int(await reader.readline(), 16):
            rest += await reader.readexactly(size)
            await reader.readexactly(2)
            *whole, rest = rest.split(b"\n")
            for line in whole:
                yield line

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None

    async def _send(self, method: str, path: str, body: bytes, kind: str) -> None:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        about = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body or kind else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self.headers}{about}\r\n"
        self.streams[1].write(head.encode() + body)

    async def _head(self) -> tuple[int, int, bool]:
        assert self.streams is not None
        text = (await self.streams[0].readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        fields = dict(line.split(": ", 1) for line in text.split("\r\n")[1:] if ": " in line)
        chunked = fields.get("transfer-encoding") == "chunked"
        return int(text.split(" ", 2)[1]), int(fields.get("content-length", 0)), chunked

    async def _answer(self) -> Answer:
        status, length, chunked = await self._head()
        assert self.streams is not None
        reader = self.streams[0]
        if not chunked:
            return status, await reader.readexactly(length)
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return status, b"".join(parts)


async def every(seconds: float, count: int) -> AsyncIterator[int]:
    """0, 1, 2 … at even times, never in a burst to catch up more than one beat."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    for n in range(count):
        await asyncio.sleep(max(0.0, begun + n * seconds - clock()))
        yield n
