"""Connections between processes go through here, so that they can be cut, held and slowed.

    python -m faults.proxy pages=tcp:8100=tcp:8000 db=unix:/a/.s.PGSQL.5432=unix:/b/.s.PGSQL.5432

Each line on standard input is a command: `<way> open`, `<way> cut` (every connection ends, new ones
work), `<way> closed` (nobody gets through), `<way> held` (connections stand and nothing flows) or
`<way> slow 0.2` (seconds on every piece, each way). It ends with its input.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
PIECE = 65536


class Way:
    """One address that leads to another."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.slow, self.closed = 0.0, False
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.writers: set[asyncio.StreamWriter] = set()

    def command(self, what: str, seconds: float) -> None:
        self.closed, self.slow = what == "closed", seconds if what == "slow" else 0.0
        if what in ("cut", "closed"):
            for writer in list(self.writers):
                writer.transport.abort()
        (self.flowing.clear if what == "held" else self.flowing.set)()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.closed:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await _connect(self.target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, far_writer}
        self.writers |= both
        pumps = [
            asyncio.create_task(self._pump(reader, far_writer)),
            asyncio.create_task(self._pump(far_reader, writer)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for one in pumps:
            one.cancel()
        for end in both:
            end.close()
        self.writers -= both

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(PIECE):
                if self.slow:
                    await asyncio.sleep(self.slow)
                await self.flowing.wait()
                writer.write(piece)
                await writer.drain()
        except (ConnectionError, OSError):
            return


async def _connect(address: str) -> Streams:
    kind, _, where = address.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(where)
    return await asyncio.open_connection("127.0.0.1", int(where))


async def _listen(way: Way, address: str) -> None:
    kind, _, where = address.partition(":")
    if kind == "unix":
        Path(where).unlink(missing_ok=True)
        await asyncio.start_unix_server(way.accept, where)
    else:
        await asyncio.start_server(way.accept, "127.0.0.1", int(where), backlog=2000)


async def main(told: list[str]) -> None:
    """Listen on every way and do what is said until the input ends."""
    ways = {}
    for one in told:
        name, listen, target = one.split("=")
        ways[name] = Way(target)
        await _listen(ways[name], listen)
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, what, *seconds = line.split()
        ways[name].command(what, float(seconds[0]) if seconds else 0.0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
