#!/usr/bin/env python3
"""What each front says to a client when its origin fails: the table of docs/intermediaries.md.

  tests/intermediaries/survey.py [FRONT...]    prints it; scripts/setup first

One request at a time, from a client of its own that shows what comes: raw HTTP/1.1, or HTTP/2 frame
by frame with python3-h2. The last digit of the number tells the origin what to do.
"""

import asyncio
import json
import os
import pathlib
import re
import ssl
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "support")]

import hpack
import hyperframe.frame as frame

import fronts

WELL, DIES, SLOW = "0", "1", "2"
ERRORS = dict(enumerate("""NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR
SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR REFUSED_STREAM CANCEL COMPRESSION_ERROR CONNECT_ERROR
ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED""".split()))
PATIENCE = 15  # for what a front does by itself; nobody's default is told in less
# Shorter than the defaults, so that the table can be made in a minute.
WAIT_ONE_SECOND = {
    "nginx": {"location": "proxy_read_timeout 1s;"},
    "haproxy": {"wait": "1000"},
    "Apache": {"server": "ProxyTimeout 1"},
    "Caddy": {"proxy": "transport http {\n response_header_timeout 1s\n }"},
    "lighttpd": {"host": ', "read-timeout" => 1'},
    "h2o": {"server": "proxy.timeout.io: 1000"},
    "Varnish": {"backend": ".first_byte_timeout = 1s;"},
    "stunnel": {"server": "TIMEOUTidle = 1"},
}
# As many run them: connections to the origin are kept. The others keep them by themselves.
KEPT = {"nginx": {"upstream": "keepalive 8;",
                  "location": 'proxy_http_version 1.1; proxy_set_header Connection "";'}}


class Origin:
    """Two ports in a thread; counts what it executed."""

    def __init__(self):
        self.executed = 0
        self.loop = asyncio.new_event_loop()
        self.servers, self.writers = [], set()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.ports = self.call(self.open([0, 0]))

    def call(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def open(self, ports):
        self.servers = [await asyncio.start_server(self.serve, "127.0.0.1", port)
                        for port in ports]
        return [server.sockets[0].getsockname()[1] for server in self.servers]

    async def close(self):
        for server in self.servers:
            server.close()
        for writer in list(self.writers):
            writer.transport.abort()

    def gone(self):
        self.call(self.close())

    def back(self):
        self.call(self.open(self.ports))

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = re.search(rb"(?i)content-length: *(\d+)", head)
                body = await reader.readexactly(int(size.group(1)) if size else 0)
                what = json.loads(body)["toNo"][-1]
                self.executed += 1
                if what == DIES:
                    return
                if what == SLOW:
                    await asyncio.sleep(2)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                             b"Content-Length: 2\r\n\r\n{}")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()


class Line:
    """One connection of a client to a front."""

    def __init__(self, front, protocol):
        context = ssl.create_default_context(cafile=str(front.ca_file))
        context.set_alpn_protocols(["h2" if protocol == "2" else "http/1.1"])
        plain = fronts.socket.create_connection(("127.0.0.1", front.port), 10)
        self.wire = context.wrap_socket(plain, server_hostname="127.0.0.1")
        self.protocol, self.stream = protocol, -1
        if protocol == "2":
            self.encoder, self.decoder, self.rest = hpack.Encoder(), hpack.Decoder(), b""
            self.wire.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" +
                              frame.SettingsFrame(0).serialize())

    def ask(self, what):
        body = json.dumps({"fromNo": "+16693422058", "toNo": "+1650253000" + what}).encode()
        if self.protocol != "2":
            self.wire.sendall(b"POST /api/public/bot/st-1/outboundsms HTTP/1.1\r\nHost: 127.0.0.1"
                              b"\r\nContent-Type: application/json\r\nContent-Length: "
                              + str(len(body)).encode() + b"\r\n\r\n" + body)
            return
        self.stream += 2
        head = frame.HeadersFrame(self.stream, self.encoder.encode([
            (":method", "POST"), (":path", "/api/public/bot/st-1/outboundsms"),
            (":scheme", "https"), (":authority", "127.0.0.1"),
            ("content-type", "application/json"), ("content-length", str(len(body)))]))
        head.flags.add("END_HEADERS")
        data = frame.DataFrame(self.stream, body)
        data.flags.add("END_STREAM")
        self.wire.sendall(head.serialize() + data.serialize())

    def hear(self, seconds):
        """In words what comes until the answer is whole or the connection ends."""
        self.wire.settimeout(seconds)
        said, answered = [], False
        try:
            while not answered:
                data = self.wire.recv(65536)
                if not data:
                    said.append("closes")
                    break
                answered = (self.frames if self.protocol == "2" else self.text)(data, said)
        except ssl.SSLEOFError:
            said.append("closes")
        except TimeoutError:
            said.append("nothing")
        except ConnectionError:
            said.append("resets")
        return ", ".join(said)

    def text(self, data, said):
        head = data.decode("latin-1")
        status = head.split(" ", 2)[1]
        more = re.findall(r"(?im)^(retry-after: \S+|connection: close)", head)
        said.append(" ".join([status, *(f"({word.lower()})" for word in more)]))
        return True

    def frames(self, data, said):
        done, self.rest = False, self.rest + data
        while len(self.rest) >= 9:
            one, size = frame.Frame.parse_frame_header(memoryview(self.rest[:9]))
            if len(self.rest) < 9 + size:
                break
            one.parse_body(memoryview(self.rest[9 : 9 + size]))
            self.rest = self.rest[9 + size :]
            done = self.one_frame(one, said) or done
        return done

    def one_frame(self, one, said):
        """True when it ends the answer."""
        if isinstance(one, frame.HeadersFrame):
            headers = dict(self.decoder.decode(one.data))
            again = headers.get("retry-after")
            said.append(headers[":status"] + (f" (retry-after: {again})" if again else ""))
        elif isinstance(one, frame.RstStreamFrame):
            said.append("RST_STREAM " + ERRORS[one.error_code])
        elif isinstance(one, frame.GoAwayFrame):
            last = "2^31-1" if one.last_stream_id == 0x7FFFFFFF else one.last_stream_id
            said.append(f"GOAWAY {ERRORS[one.error_code]} last {last}")
        elif isinstance(one, frame.SettingsFrame) and "ACK" not in one.flags:
            self.wire.sendall(frame.SettingsFrame(0, flags=["ACK"]).serialize())
        elif isinstance(one, frame.PingFrame) and "ACK" not in one.flags:
            self.wire.sendall(frame.PingFrame(0, one.opaque_data, flags=["ACK"]).serialize())
        return isinstance(one, frame.RstStreamFrame) or "END_STREAM" in one.flags

    def end(self):
        self.wire.close()


def stand(kind, folder, origin, protocol, **more):
    extra = {}
    for words in more.values():
        extra |= words.get(kind.name, {})
    front = kind(folder, origin.ports, extra)
    return front, Line(front, protocol)


def situations(kind, protocol, folder):
    """(name, what was said, how often the origin executed it) of each."""
    origin = Origin()

    def one(name, act, **more):
        front, line = stand(kind, folder / f"{name}-{protocol}", origin, protocol, **more)
        before = origin.executed
        try:
            said = act(front, line)
        finally:
            line.end()
            front.end()
        return name, said, origin.executed - before

    def fresh(_, line):
        line.ask(DIES)
        return line.hear(10)

    def reused(_, line):
        for _ in range(4):  # both upstreams have a kept connection then
            line.ask(WELL)
            line.hear(10)
        origin.executed -= 4
        return fresh(_, line)

    def gone(_, line):
        origin.gone()
        line.ask(WELL)
        said = line.hear(10)
        origin.back()
        return said

    def slow(_, line):
        line.ask(SLOW)
        return line.hear(10)

    def reload(front, line):
        line.ask(WELL)
        line.hear(10)
        front.reload()
        said = line.hear(PATIENCE)
        return said

    def reload_under_way(front, line):
        line.ask(SLOW)
        time.sleep(0.5)
        front.reload()
        return line.hear(PATIENCE)

    def idle(_, line):
        line.ask(WELL)
        line.hear(10)
        begin = time.monotonic()
        said = line.hear(PATIENCE)
        return said if said == "nothing" else f"{said} after {time.monotonic() - begin:.0f} s"

    yield one("fresh", fresh)
    yield one("reused", reused, kept=KEPT)
    yield one("gone", gone)
    yield one("slow", slow, wait=WAIT_ONE_SECOND)
    yield one("reloaded", reload)
    yield one("reloaded-under-way", reload_under_way)
    yield one("idle", idle)


def main(wanted):
    root = pathlib.Path(tempfile.mkdtemp(prefix="tidings-survey-"))
    root.chmod(0o755)
    for kind in fronts.ALL:
        if wanted and kind.name.lower() not in wanted:
            continue
        version = kind.version()
        for protocol in kind.protocols:
            folder = root / f"{kind.__name__}-{protocol}"
            folder.mkdir()
            folder.chmod(0o755)
            for name, said, executed in situations(kind, protocol, folder):
                print(f"| {kind.name} {version} | {protocol} | {name} | {said} | {executed} |",
                      flush=True)
    os.system(f"rm -rf '{root}'")


if __name__ == "__main__":
    main([word.lower() for word in sys.argv[1:]])
