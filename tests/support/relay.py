"""A TCP relay between the program and an endpoint, whose line a test makes bad while it is in use.

Runs on a thread of its own. It sees ciphertext only: what it counts is connections and bytes. Lines
can be slow (bytes a second, each way), silent (accepted, read, and nothing ever comes), deaf
(accepted and not read) or cut (closed at once); what is said of a line holds for open ones too.
"""

import asyncio
import socket
import struct
import threading
import time


class Relay:
    def __init__(self, port, listen_on=0):
        self.port_behind, self.listen_on = port, listen_on
        self.speed = None          # bytes a second, each way
        self.silent = False        # swallows what comes and says nothing
        self.deaf = False          # reads nothing
        self.hushed = set()        # lines that swallow everything from now on
        self.opened = []           # when connections came, monotonic seconds
        self.sent_bytes = 0        # by the program
        self.reset_after = None    # bytes of the program, then a TCP reset
        self.lines = set()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self.thread.start()
        if not self.ready.wait(10):
            raise AssertionError("the relay did not start")

    async def serve(self):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        self.listening = socket.create_server(("127.0.0.1", self.listen_on), backlog=4096)
        self.port = self.listening.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        self.server = await asyncio.start_server(self.line, sock=self.listening)
        self.ready.set()
        await self.stop.wait()
        self.server.close()

    async def line(self, reader, writer):
        self.opened.append(time.monotonic())
        self.lines.add(writer)
        behind = None
        try:
            while self.deaf:
                await asyncio.sleep(0.05)
            if not self.silent:
                inner, behind = await asyncio.open_connection("127.0.0.1", self.port_behind)
                self.lines.add(behind)
                back = asyncio.create_task(self.pump(inner, writer, False))
                await self.pump(reader, behind, True)
                await back
            else:
                await self.pump(reader, None, True)
        except OSError:
            pass
        finally:
            for one in (writer, behind):
                if one is not None:
                    self.lines.discard(one)
                    one.close()

    async def pump(self, reader, writer, outward):
        count = 0
        try:
            while True:
                while self.deaf:
                    await asyncio.sleep(0.05)
                data = await reader.read(65536 if self.speed is None else max(1, self.speed // 10))
                if not data:
                    break
                count += len(data)
                if outward:
                    self.sent_bytes += len(data)
                    if self.reset_after is not None and count >= self.reset_after:
                        raise ConnectionResetError
                if self.silent or writer is None or writer in self.hushed:
                    continue
                if self.speed is not None:
                    await asyncio.sleep(len(data) / self.speed)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        if writer is not None and not self.silent:
            writer.close()

    def hush(self):
        """The lines that are open lead into nothing from now on; new ones are good."""
        self.hushed |= self.lines

    def cut(self):
        """Resets every line that is open."""
        def now():
            for one in list(self.lines):
                if not one.is_closing():
                    one.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.transport.abort()
        self.loop.call_soon_threadsafe(now)

    def worst_second(self, since):
        """The most connections that came within one second, after that moment."""
        times = sorted(at for at in list(self.opened) if at >= since)
        worst = first = 0
        for last, at in enumerate(times):
            while times[first] < at - 1:
                first += 1
            worst = max(worst, last - first + 1)
        return worst

    def end(self):
        self.cut()
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(10)
