#!/usr/bin/env python3
"""The outbound-SMS endpoint, written a second time: it shares no code with tidings.

Its ledger is the oracle of the end-to-end tests. It speaks HTTPS (HTTP/1.1, keep-alive) on a free
port of 127.0.0.1, checks what the contract says (route, method, token with PyJWT, rolling windows,
body, numbers), misbehaves on demand from a seed, and writes what happened as JSON lines:

  {"event":"arrived","id":1,"at":12.3456,"to":"+1...","from":"+1...","jti":"","seen":1,"wall":...}
  {"event":"processed","id":1}                      the flow was triggered: somebody was texted
  {"event":"answered","id":1,"status":200,"fault":"","delivered":true}
  {"event":"connected","at":12.3,"connection":1}    after the handshake
  {"event":"ended","connection":1,"bytes":2405}     of requests, as they were read

`at` is the monotonic clock in seconds, read when the whole request was there; `seen` counts the
requests that named this number. On start one JSON line goes to stdout: port, url, ca_file, ledger.
SIGTERM and SIGINT end it.
"""

import argparse
import asyncio
import collections
import email.utils
import functools
import gzip
import json
import pathlib
import random
import re
import signal
import socket
import ssl
import struct
import sys
import time

import jwt

import certificates

TRIGGERED = ('{"message":"Triggered the configured Experience flow to deliver message via SMS '
             'channel"}')
ABSURD = ("-5", "0.5", "soon", "1e9", "99999999999999999999999", "", "0", "\t \x7f", "1, 2",
          "Thu, 99 Foo 2026 99:99:99 GMT", "Thu, 01 Jan 1970 00:00:00 GMT")
E164 = re.compile(r"\+[1-9][0-9]{1,14}")
HEADER_MAX = 16 * 1024
BODY_MAX = 64 * 1024

# What can go wrong, and whether the message was processed all the same.
FAULTS = {
    "close_before_request": None,  # chosen per connection, after the handshake
    "close_after_reading": False,
    "close_after_trigger": True,
    "reset_after_reading": False,
    "reset_after_trigger": True,
    "cut_answer": True,            # status line, headers and half of the body
    "late": True,                  # answered after --late seconds
    "slices": True,                # answered one byte at a time
    "continue_first": True,        # 100 Continue before the answer
    "chunked": True,
    "no_length": True,             # body ends with the connection
    "odd_body": True,              # 200 with other JSON
    "html_500": False,
    "html_200": False,             # somebody else's page where the answer should be
    "errors_200": False,           # 200 with the shape of a refusal
    "errors_200_done": True,
    "html_403": False,             # a firewall's page
    "status_408": False,           # as proxies say to an idle connection; closed
    "gzip_bomb": True,             # 200, and a body of 1 MB that would unpack to 1 GB
    "redirect": False,             # --redirect-status to --redirect-to
    "status_429": False,           # with Retry-After: 1
    "status_429_date": False,
    "status_429_bare": False,
    "status_429_absurd": False,    # with a Retry-After that no one can mean
    "status_400": False,
    "status_500_done": True,
    "status_500": False,
    "status_502": False,
    "status_503": False,           # with Retry-After: 1
    "status_503_done": True,       # the same, as Varnish says it
    "status_504_done": True,
}


def refusal(message, code):
    return json.dumps({"errors": [{"msg": message, "code": code}]})


@functools.cache
def bomb():
    """One megabyte that unpacks to one gigabyte."""
    return gzip.compress(bytes(1 << 20)) * (1 << 10)


class Window:
    """At most `count` in any span of `seconds`, by a list of arrival times."""

    def __init__(self, text):
        count, span = text.split("/")
        factor = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
        number, unit = re.fullmatch(r"([0-9.]+)(ms|s|m|h)", span).groups()
        self.count, self.seconds = int(count), float(number) * factor[unit]
        self.times = collections.deque()

    def full(self, now):
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        return len(self.times) >= self.count

    def refusal(self):
        word = "per-minute" if self.seconds <= 60 else "hourly"
        return refusal(f"You've exceeded the {word} rate limit. Please wait for sometime before "
                       "retrying.", 429)


class Endpoint:
    def __init__(self, options):
        self.options = options
        self.limits = [Window(text) for text in options.limit]
        self.sender_limits = {}
        self.seen = collections.Counter()
        self.jtis = {}
        self.tokens = collections.OrderedDict()
        self.next_id = 0
        self.connections = 0
        self.bytes_of = collections.Counter()  # by connection
        self.ledger = open(options.ledger, "a", encoding="utf-8", buffering=1)

    def note(self, **fields):
        self.ledger.write(json.dumps(fields, separators=(",", ":")) + "\n")

    # -- the contract -------------------------------------------------------------------------

    def token_trouble(self, token):
        """None when the token is good, else (status, body)."""
        if not token:
            return 401, refusal("Invalid SDK credentials", 4002)
        if token.count(".") != 2:
            return 401, refusal("Invalid JWT token", 4002)
        try:
            claims = self.tokens.get(token)
            if claims is None or claims.get("exp", time.time() + 60) < time.time():
                claims = jwt.decode(token, self.options.key, algorithms=[self.options.algorithm])
                self.tokens[token] = claims
                if len(self.tokens) > 1000:
                    self.tokens.popitem(last=False)
        except jwt.DecodeError as error:
            known = "Invalid SDK credentials" if "ignature" in str(error) else "Invalid JWT token"
            return 401, refusal(known, 4002)
        except jwt.InvalidTokenError as error:
            return 401, refusal(f"error verifying the jwt: {error}", 401)
        if claims.get("appId") != self.options.client_id or not claims.get("sub"):
            return 401, refusal("Invalid SDK credentials", 4002)
        return self.jti_trouble(claims)

    def jti_trouble(self, claims):
        jti = claims.get("jti")
        if jti is None:
            if self.options.jti == "enforced":
                return 401, refusal("error verifying the jwt: jti missing", 401)
            return None
        if claims.get("exp", 1e18) - time.time() > 3600:
            return 401, refusal('error verifying the jwt: if "jti" claim "exp" must be <= 1 hour(s)',
                                401)
        if jti in self.jtis:
            return 401, refusal("error verifying the jwt: possibly a replay", 401)
        self.jtis[jti] = claims["exp"]
        return None

    def numbers(self, headers, body):
        """((from, to), None) or (None, (status, body))."""
        wrong = None, (412, refusal("Validation errors/ Invalid arguments", 412))
        if not headers.get("content-type", "").lower().startswith("application/json"):
            return wrong
        try:
            message = json.loads(body)
        except ValueError:
            return wrong
        if not isinstance(message, dict):
            return wrong
        pair = message.get("fromNo"), message.get("toNo")
        if not all(isinstance(n, str) and E164.fullmatch(n) for n in pair):
            return wrong
        if self.options.sender and pair[0] not in self.options.sender:
            return wrong
        return pair, None

    def limit_trouble(self, sender, now):
        windows = self.limits + self.sender_limits.setdefault(
            sender, [Window(text) for text in self.options.sender_limit])
        for window in windows:
            if window.full(now):
                return 429, window.refusal()
        for window in windows:
            window.times.append(now)
        return None

    def chosen_fault(self, key, names):
        """Decided by the seed, the number and how often it was seen: the order does not matter."""
        dice = random.Random(f"{self.options.seed}:{key}")
        for name in names:
            if dice.random() < self.options.fault.get(name, 0.0):
                return name
        return ""

    # -- one connection -----------------------------------------------------------------------

    async def serve(self, reader, writer):
        self.connections += 1
        number = self.connections
        self.note(event="connected", at=round(time.monotonic(), 6), connection=number)
        try:
            if self.chosen_fault(f"connection {number}", ["close_before_request"]):
                return
            for request in range(self.options.keep_alive):
                if not await self.one_request(reader, writer, number, request == 0):
                    return
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError,
                ssl.SSLError, TimeoutError) as error:
            self.bytes_of[number] += len(getattr(error, "partial", b""))
        finally:
            self.note(event="ended", connection=number, bytes=self.bytes_of.pop(number, 0))
            writer.close()

    async def one_request(self, reader, writer, connection, fresh):
        """Answers one; False when the connection is to end."""
        low, high = self.options.idle
        wait = high if fresh else random.uniform(low, high)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), wait)
        self.bytes_of[connection] += len(head)
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
        if length > BODY_MAX:
            await self.answer(writer, 413, refusal("too large", 413))
            return False
        body = await reader.readexactly(length)
        self.bytes_of[connection] += len(body)
        now = time.monotonic()
        keep = headers.get("connection", "").lower() != "close"
        trouble = self.route_trouble(method, path)
        trouble = trouble or self.token_trouble(headers.get("auth", ""))
        if trouble is None:
            pair, trouble = self.numbers(headers, body)
        if trouble:
            if trouble[0] == 412:  # as far behind as any message
                await self.think()
            self.note(event="refused", at=round(now, 6), status=trouble[0], body=trouble[1])
            await self.answer(writer, *trouble)
            return keep
        return await self.message(writer, pair, headers, now) and keep

    def route_trouble(self, method, path):
        if path != f"{self.options.prefix}/api/public/bot/{self.options.bot}/outboundsms":
            return 400, refusal("Invalid StreamId", 400)
        if method != "POST":
            return 405, refusal("Method Not Allowed", 405)
        return None

    async def message(self, writer, pair, headers, now):
        sender, to = pair
        self.next_id += 1
        number = self.next_id
        self.seen[to] += 1
        self.note(event="arrived", id=number, at=round(now, 6), wall=round(time.time(), 6), to=to,
                  seen=self.seen[to], **{"from": sender})
        trouble = self.limit_trouble(sender, now)
        fault = "" if trouble else self.chosen_fault(f"{to} {self.seen[to]}", list(FAULTS)[1:])
        processed = not trouble and (not fault or FAULTS[fault])
        if processed:
            self.note(event="processed", id=number)
        await self.think()
        status, delivered = trouble[0] if trouble else 200, True
        try:
            if trouble:
                keep = await self.answer(writer, *trouble)
            elif fault:
                keep, status = await self.misbehave(writer, fault)
            else:
                keep = await self.answer(writer, 200, TRIGGERED)
            delivered = status != 0
        except (ConnectionError, ssl.SSLError):
            keep, delivered = False, False
        self.note(event="answered", id=number, status=status, fault=fault, delivered=delivered)
        return keep

    async def think(self):
        low, high = self.options.latency
        if high > 0:
            await asyncio.sleep(random.uniform(low, high))

    async def answer(self, writer, status, body, extra=""):
        data = body.encode()
        kind = "text/html" if body.startswith("<") else "application/json; charset=utf-8"
        writer.write((f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\n{extra}"
                      f"Content-Length: {len(data)}\r\n\r\n").encode() + data)
        await writer.drain()
        return True

    async def misbehave(self, writer, fault):
        """Returns (keep the connection, the status that was answered or 0)."""
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        if fault.startswith("close_"):
            return False, 0
        if fault.startswith("reset_"):
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False, 0
        if fault == "cut_answer":
            writer.write(f"{head}Content-Length: {len(TRIGGERED)}\r\n\r\n{TRIGGERED[:20]}".encode())
            await writer.drain()
            return False, 200
        if fault == "slices":
            whole = f"{head}Content-Length: {len(TRIGGERED)}\r\n\r\n{TRIGGERED}".encode()
            for at in range(len(whole)):
                writer.write(whole[at : at + 1])
                await writer.drain()
            return True, 200
        if fault == "chunked":
            writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n5\r\n{TRIGGERED[:5]}\r\n"
                         f"{len(TRIGGERED) - 5:x};x=y\r\n{TRIGGERED[5:]}\r\n0\r\n\r\n".encode())
            return True, 200
        if fault == "no_length":
            writer.write(f"{head}Connection: close\r\n\r\n{TRIGGERED}".encode())
            return False, 200
        if fault == "gzip_bomb":
            writer.write(head.replace("json\r\n", "json\r\nContent-Encoding: gzip\r\n").encode() +
                         f"Content-Length: {len(bomb())}\r\n\r\n".encode() + bomb())
            await writer.drain()
            return True, 200
        if fault == "late":
            await asyncio.sleep(self.options.late)
        elif fault == "continue_first":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        status, body, extra = self.odd_answer(fault)
        await self.answer(writer, status, body, extra)
        return fault != "status_408", status

    def odd_answer(self, fault):
        minute = Window("1/60s").refusal()
        absurd = self.options.retry_after or random.choice(ABSURD)
        soon = email.utils.formatdate(time.time() + 2, usegmt=True)
        return {
            "odd_body": (200, '{"result":"queued"}', ""),
            "redirect": (self.options.redirect_status, "",
                         f"Location: {self.options.redirect_to}\r\n"),
            "html_200": (200, "<html><title>Welcome to the hotel</title></html>", ""),
            "errors_200": (200, refusal("flow is not available", 500), ""),
            "errors_200_done": (200, refusal("flow is not available", 500), ""),
            "html_403": (403, "<html><title>Request blocked</title></html>", ""),
            "status_408": (408, "<html>Request Time-out</html>", "Connection: close\r\n"),
            "html_500": (500, "<html><body>Internal Server Error</body></html>", ""),
            "status_429": (429, minute, "Retry-After: 1\r\n"),
            "status_429_date": (429, minute, f"Retry-After: {soon}\r\n"),
            "status_429_bare": (429, minute, ""),
            "status_429_absurd": (429, minute, f"Retry-After: {absurd}\r\n"),
            "status_400": (400, refusal("number cannot be reached", 400), ""),
            "status_500": (500, refusal("internal", 500), ""),
            "status_500_done": (500, refusal("internal", 500), ""),
            "status_502": (502, "<html>Bad Gateway</html>", ""),
            "status_503": (503, refusal("busy", 503), "Retry-After: 1\r\n"),
            "status_503_done": (503, "<html>Backend fetch failed</html>", "Retry-After: 5\r\n"),
            "status_504_done": (504, "<html>Gateway Timeout</html>", ""),
        }.get(fault, (200, TRIGGERED, ""))


def parse(arguments):
    def fault(text):
        name, _, share = text.partition("=")
        if name not in FAULTS or not 0 <= float(share) <= 1:
            raise argparse.ArgumentTypeError(f"{text}: NAME=SHARE, with NAME of {', '.join(FAULTS)}")
        return name, float(share)

    def span(text):
        low, _, high = text.partition("..")
        return float(low), float(high or low)

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", required=True, help="for ledger and certificates")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--bot", default="st-26d52ba6-7a77-56b2-be4e-a8db1da7e440")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--client-id", default="cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5")
    parser.add_argument("--key", default="independent-secret", help="secret, or @FILE of a public key")
    parser.add_argument("--algorithm", default="HS256")
    parser.add_argument("--jti", default="optional", choices=("optional", "enforced"))
    parser.add_argument("--sender", action="append", default=[], help="a number with a flow")
    parser.add_argument("--limit", action="append", default=[], help="20/5s, for the bot")
    parser.add_argument("--sender-limit", action="append", default=[])
    parser.add_argument("--latency", type=span, default=(0.0, 0.0), help="seconds: 0.01..0.2")
    parser.add_argument("--fault", type=fault, action="append", default=[])
    parser.add_argument("--redirect-to", default="https://elsewhere.example/")
    parser.add_argument("--redirect-status", type=int, default=307)
    parser.add_argument("--retry-after", default="", help="of status_429_absurd; empty: at random")
    parser.add_argument("--late", type=float, default=2.0)
    parser.add_argument("--idle", type=span, default=(60.0, 60.0),
                        help="a used connection is closed after so many seconds: 60, 0.01..0.03")
    parser.add_argument("--keep-alive", type=int, default=1_000_000, help="requests a connection")
    parser.add_argument("--certificate", default="good", choices=certificates.KINDS)
    options = parser.parse_args(arguments)
    options.fault = dict(options.fault)
    if options.key.startswith("@"):
        options.key = pathlib.Path(options.key[1:]).read_text(encoding="utf-8")
    options.ledger = str(pathlib.Path(options.folder) / "ledger.ndjson")
    return options


async def run(options):
    chain, key, trusted = certificates.make(pathlib.Path(options.folder) / "tls",
                                            options.certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(chain, key)
    context.set_alpn_protocols(["http/1.1"])
    endpoint = Endpoint(options)
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0, ssl=context,
                                        limit=HEADER_MAX, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "url": f"https://127.0.0.1:{port}{options.prefix}",
                      "ca_file": str(trusted), "ledger": options.ledger}), flush=True)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    server.close()
    endpoint.ledger.flush()


def main():
    options = parse(sys.argv[1:])
    pathlib.Path(options.folder).mkdir(parents=True, exist_ok=True)
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
