"""A small HTTP proxy: CONNECT only, with the words and the credentials that a test wishes.

Runs on a thread of its own. A way that stands carries bytes until one side ends; `cut()` ends all.
"""

import asyncio
import base64
import threading


class ConnectProxy:
    def __init__(self, credentials="", answer="", answers_max=None):
        self.wanted = "Basic " + base64.b64encode(credentials.encode()).decode() if credentials else ""
        self.answer = answer            # instead of a way: "403 Forbidden"
        self.answers_max = answers_max  # so many ways, then `answer`
        self.heads = []                 # of the requests, whole
        self.opened = 0
        self.ways = set()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self.thread.start()
        if not self.ready.wait(10):
            raise AssertionError("the proxy did not start")

    async def serve(self):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.way, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.stop.wait()
        server.close()

    def url(self, credentials=""):
        return f"http://{credentials}127.0.0.1:{self.port}"

    def refusal(self, head):
        """What is said instead of opening a way; empty: it is opened."""
        if self.wanted and f"proxy-authorization: {self.wanted}".lower() not in head.lower():
            return ('407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"')
        full = self.answers_max is not None and self.opened >= self.answers_max
        return self.answer if self.answer and (self.answers_max is None or full) else ""

    async def way(self, reader, writer):
        behind = None
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            if refusal := self.refusal(head):
                writer.write(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n".encode())
                return await writer.drain()
            host, port = head.split()[1].rsplit(":", 1)
            inner, behind = await asyncio.open_connection(host.strip("[]"), int(port))
            self.opened += 1
            self.ways |= {writer, behind}
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = asyncio.create_task(self.pump(inner, writer))
            await self.pump(reader, behind)
            await back
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for one in (writer, behind):
                if one is not None:
                    self.ways.discard(one)
                    one.close()

    async def pump(self, reader, writer):
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    def cut(self):
        """Every way that stands ends with a reset."""
        def reset():
            for one in list(self.ways):
                one.transport.abort()
        self.loop.call_soon_threadsafe(reset)

    def end(self):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(10)
