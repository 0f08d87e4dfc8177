#!/usr/bin/env python3
"""An endpoint that means harm: it takes every connection, reads what comes, and floods or drips.

Each kind goes on until the other side ends the connection. Run by itself it says where it listens:

    python3 tests/hostile/hostile_server.py ping     # any name of KINDS
"""

import pathlib
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import certificates  # noqa: E402


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(
        ">I", stream) + payload


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BEGINS = frame(1, 4, 1, b"\x88") + frame(0, 0, 1, b"{")
SETTINGS = frame(4, 0, 0) + frame(4, 1, 0)
SLOWLY = 0.05  # seconds between two pieces of a drip

# name: (protocol, said once after the first request, said again and again, seconds between)
KINDS = {
    "extensions": ("http/1.1", CHUNKED, b"1;" + b"x" * 8000 + b"\r\na\r\n", 0),
    "interim": ("http/1.1", b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0),
    "head": ("http/1.1", b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0),
    "trailers": ("http/1.1", CHUNKED + b"0\r\n", b"X: y\r\n", 0),
    "body": ("http/1.1", b"HTTP/1.1 200 OK\r\n\r\n", b"b" * 4096, 0),
    "drip": ("http/1.1", b"HTTP/1.1 200 OK\r\n", b"x", SLOWLY),
    "ping": ("h2", b"", frame(6, 0, 0, b"p" * 8), 0),
    "settings": ("h2", b"", frame(4, 0, 0), 0),
    "unknown": ("h2", b"", frame(0x55, 0, 0), 0),
    "empty data": ("h2", BEGINS, frame(0, 0, 1), 0),
    "interim heads": ("h2", b"", frame(1, 4, 1, b"\x08\x03103"), 0),
    "head in pieces": ("h2", frame(1, 0, 1, b"\x88"), frame(9, 0, 1), 0),
    "resets": ("h2", b"", frame(3, 0, 1, b"\0\0\0\2"), 0),
    "windows": ("h2", b"", frame(8, 0, 0, b"\0\0\0\1"), 0),
    "drip over h2": ("h2", BEGINS, frame(0, 0, 1, b"x"), SLOWLY),
}


class HostileServer:
    def __init__(self, kind):
        self.protocol, self.opening, self.again, self.pause = KINDS[kind]
        self.folder = tempfile.TemporaryDirectory()
        chain, key, self.ca_file = certificates.make(pathlib.Path(self.folder.name))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(chain, key)
        self.context.set_alpn_protocols([self.protocol])
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.listening.getsockname()[1]
        self.url = f"https://localhost:{self.port}"
        self.requests = self.connections = self.said = 0
        self.over = False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.over:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            client.settimeout(30)
            with self.context.wrap_socket(client, server_side=True) as line:
                self.connections += 1
                if self.protocol == "h2":
                    line.sendall(SETTINGS)
                received = b""
                while b"toNo" not in received:
                    piece = line.recv(65536)
                    if not piece:
                        return
                    received += piece
                self.requests += 1
                line.sendall(self.opening)
                many = self.again * (1 if self.pause else 1 + 16384 // len(self.again))
                while not self.over:
                    line.sendall(many)
                    self.said += len(many)
                    time.sleep(self.pause)
        except OSError:
            pass

    def end(self):
        self.over = True
        self.listening.close()
        self.folder.cleanup()


if __name__ == "__main__":
    served = HostileServer(sys.argv[1])
    print(served.url, served.ca_file, flush=True)
    threading.Event().wait()
