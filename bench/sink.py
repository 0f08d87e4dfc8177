"""nginx as the sink: TLS 1.3, one worker, the documented answer, requests counted by stub_status."""

import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATH = "/api/public/bot/st-26d52ba6-7a77-56b2-be4e-a8db1da7e440/outboundsms"
ANSWER = ('{"message":"Triggered the configured Experience flow to deliver message via SMS '
          'channel"}')

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    default_type application/json;
    keepalive_requests 1000000000;
    keepalive_timeout 3600s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    ssl_protocols TLSv1.3;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
    server {{
        listen 127.0.0.1:{h1} ssl;
        {place}
    }}
    server {{
        listen 127.0.0.1:{h2} ssl http2;
        {place}
    }}
    server {{
        listen 127.0.0.1:{status};
        location = /status {{ stub_status; }}
    }}
}}
"""
# Anything but the documented call is closed without an answer, so that it cannot pass for one.
PLACE = """location = %s {
            if ($request_method != POST) { return 444; }
            return 200 '%s';
        }
        location / { return 444; }""" % (PATH, ANSWER)


class Trouble(Exception):
    pass


def program(name):
    """Where a program is: in PATH, or where scripts/setup unpacks nginx; None if it is not here."""
    return shutil.which(name) or shutil.which(name, path=ROOT / ".deps/usr/sbin")


def lacking(*names):
    """What to say of the programs that are not here; nothing when all of them are."""
    absent = [name for name in names if program(name) is None]
    return f"{', '.join(absent)} not installed: run scripts/setup bench" if absent else ""


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Sink:
    def __init__(self, folder, core):
        self.folder = pathlib.Path(folder)
        self.certificate = self.folder / "certificate.pem"
        self.h1, self.h2, self.status = free_ports(3)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", self.folder / "key.pem", "-out", self.certificate],
            check=True, capture_output=True)
        file = self.folder / "nginx.conf"
        file.write_text(CONFIGURATION.format(folder=self.folder, h1=self.h1, h2=self.h2,
                                             status=self.status, place=PLACE))
        pin = ["taskset", "-c", str(core)] if core is not None else []
        # -e: what it says before it has read its configuration is in the same file.
        self.process = subprocess.Popen(
            [*pin, program("nginx"), "-p", self.folder, "-c", file,
             "-e", self.folder / "error.log"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until_up()

    def wait_until_up(self):
        trust = ssl.create_default_context(cafile=self.certificate)
        for _ in range(200):
            if self.process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.h1), 1) as plain:
                    trust.wrap_socket(plain, server_hostname="localhost").close()
                return
            except OSError:
                time.sleep(0.05)
        log = self.folder / "error.log"
        raise Trouble("nginx does not start: " + (log.read_text() if log.exists() else "no log"))

    def url(self, port):
        return f"https://localhost:{port}{PATH}"

    def requests(self):
        """Requests so far, this question not counted."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.status}/status", timeout=10) as page:
            text = page.read().decode()
        self.questions = getattr(self, "questions", 0) + 1
        return int(re.search(r"\n\s*\d+ \d+ (\d+)", text).group(1)) - self.questions

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100  # clock ticks; 100 on every Linux

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
