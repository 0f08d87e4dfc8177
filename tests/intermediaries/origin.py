#!/usr/bin/env python3
"""The origin behind a front: tests/support's independent endpoint without TLS, on two ports, as a
front with two upstreams needs it. One ledger for both.

SIGUSR1 takes the first port out of the world and SIGUSR2 the second one; the same signal again
brings it back. What was under way there ends without an answer, as when a machine is gone.
On start one JSON line goes to stdout: ports, ledger.
"""

import asyncio
import json
import pathlib
import signal
import sys
import time

import independent_endpoint


class Port:
    """One of the two: a listener, and the connections that came through it."""

    def __init__(self, endpoint):
        self.endpoint, self.server, self.number = endpoint, None, 0
        self.writers = set()
        self.lock = asyncio.Lock()

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            await self.endpoint.serve(reader, writer)
        finally:
            self.writers.discard(writer)

    async def open(self):
        self.server = await asyncio.start_server(
            self.serve, "127.0.0.1", self.number, limit=independent_endpoint.HEADER_MAX,
            backlog=1024)
        self.number = self.server.sockets[0].getsockname()[1]

    async def toggle(self):
        async with self.lock:
            if self.server is None:
                await self.open()
                self.endpoint.note(event="back", wall=time.time())
                return
            self.server.close()
            self.server = None
            self.endpoint.note(event="gone", wall=time.time())
            for writer in list(self.writers):
                writer.transport.abort()


async def run(options):
    endpoint = independent_endpoint.Endpoint(options)
    ports = [Port(endpoint), Port(endpoint)]
    for port in ports:
        await port.open()
    loop, stop, tasks = asyncio.get_running_loop(), asyncio.Event(), set()

    def toggle(port):
        task = loop.create_task(port.toggle())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for name, port in zip((signal.SIGUSR1, signal.SIGUSR2), ports):
        loop.add_signal_handler(name, toggle, port)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    print(json.dumps({"ports": [port.number for port in ports], "ledger": options.ledger}),
          flush=True)
    await stop.wait()


def main():
    options = independent_endpoint.parse(sys.argv[1:])
    pathlib.Path(options.folder).mkdir(parents=True, exist_ok=True)
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
