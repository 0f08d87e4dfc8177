"""Real servers between tidings and the origin: Debian 12's packages, as they are when nobody tunes
them. Each gets a folder, a certificate and two upstreams, and says how it is reloaded.

Programs are those in PATH or those that scripts/setup unpacks into .deps; none is started by a
package. Each listens on a free port of 127.0.0.1 and ends with the test.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

import certificates
from campaign import Process, until

DEPS = pathlib.Path(__file__).resolve().parents[2] / ".deps"
ROOT = os.geteuid() == 0


def program(name):
    places = f"{DEPS}/usr/sbin:{DEPS}/usr/bin"
    found = shutil.which(name, path=f"/usr/sbin:/usr/bin:{places}")
    if found is None:
        raise AssertionError(f"{name} is not here: run scripts/setup")
    return found


def unpacked(path):
    """A file of a package, wherever the package is."""
    return next((str(place) for place in (pathlib.Path("/") / path, DEPS / path) if place.exists()),
                str(DEPS / path))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Front:
    """One server in front of `ports`. Subclasses write the configuration and name the command."""

    name = ""          # of the program, as its table row says
    version_of = ()    # the command that tells the version
    protocols = ("1.1", "2")
    upstreams = 2      # how many it knows to choose from
    reload_signal = signal.SIGHUP

    def __init__(self, folder, ports, extra=None):
        """`extra`: words of the configuration by place; a survey asks for short timeouts so."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.folder.chmod(0o755)  # some go on as another user
        self.ports = ports[: self.upstreams]
        self.extra = extra or {}
        chain, key, self.ca_file = certificates.make(self.folder / "tls")
        self.chain, self.key = chain, key
        self.pair = self.folder / "pair.pem"
        self.pair.write_bytes(pathlib.Path(chain).read_bytes() + pathlib.Path(key).read_bytes())
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.process = Process(self.command(), self.folder, self.program_name(),
                               os.environ | self.environment())
        self.ready()

    def ready(self):
        def up():
            if not self.process.running():
                raise AssertionError(f"{self.name} ended: {self.said()}")
            return answers(self.port)

        until(up, 60, f"{self.name} does not listen: {self.said()}")

    def said(self):
        logs = "".join(path.read_text(encoding="utf-8", errors="replace")[-2000:]
                       for path in self.folder.glob("*.log"))
        return self.process.stderr[-2000:] + self.process.stdout[-1000:] + logs

    def program_name(self):
        return type(self).__name__.lower()

    def environment(self):
        return {}

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def more(self, place):
        return self.extra.get(place, "")

    def reload(self):
        self.process.signal(self.reload_signal)

    def end(self):
        self.process.end()

    @classmethod
    def version(cls):
        done = subprocess.run([program(cls.version_of[0]), *cls.version_of[1:]],
                              capture_output=True, text=True, timeout=60, check=False)
        return re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr).group(0)


class Nginx(Front):
    name, version_of = "nginx", ("nginx", "-v")

    def command(self):
        servers = "".join(f"server 127.0.0.1:{port};" for port in self.ports)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = self.write("nginx.conf", f"""{"user root;" if ROOT else ""}
daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;
events {{}}
http {{
    access_log off; {temporary}
    upstream origin {{ {servers} {self.more("upstream")} }}
    server {{
        listen 127.0.0.1:{self.port} ssl http2;
        ssl_certificate {self.chain}; ssl_certificate_key {self.key};
        {self.more("server")}
        location / {{ proxy_pass http://origin; {self.more("location")} }}
    }}
}}
""")
        return [program("nginx"), "-p", self.folder, "-c", path, "-e", self.folder / "error.log"]


class Haproxy(Front):
    """With the timeouts of the configuration that Debian installs."""

    name, version_of = "haproxy", ("haproxy", "-v")
    reload_signal = signal.SIGUSR2

    def command(self):
        servers = "\n".join(f"    server s{port} 127.0.0.1:{port} {self.more('server')}"
                            for port in self.ports)
        path = self.write("haproxy.cfg", f"""defaults
    mode http
    option dontlognull
    timeout connect 5000
    timeout client {self.extra.get("client", "50000")}
    timeout server {self.extra.get("wait", "50000")}
    {self.more("defaults")}
frontend front
    bind 127.0.0.1:{self.port} ssl crt {self.pair} alpn h2,http/1.1
    default_backend origin
backend origin
{servers}
""")
        return [program("haproxy"), "-W", "-db", "-f", path]


class Apache(Front):
    name, version_of = "Apache", ("apache2", "-v")
    reload_signal = signal.SIGUSR1

    def command(self):
        modules = "\n".join(
            f"LoadModule {name}_module {unpacked(f'usr/lib/apache2/modules/mod_{name}.so')}"
            for name in ("mpm_event", "authz_core", "reqtimeout", "ssl", "socache_shmcb", "http2",
                         "proxy", "proxy_http", "proxy_balancer", "lbmethod_byrequests",
                         "slotmem_shm"))
        members = "\n".join(f"    BalancerMember http://127.0.0.1:{port} {self.more('member')}"
                            for port in self.ports)
        path = self.write("apache2.conf", f"""ServerRoot {self.folder}
ServerName localhost
PidFile {self.folder}/apache2.pid
DefaultRuntimeDir {self.folder}
ErrorLog {self.folder}/error.log
{modules}
{"User nobody" if ROOT else ""}
{"Group nogroup" if ROOT else ""}
Listen 127.0.0.1:{self.port}
Protocols h2 http/1.1
SSLEngine on
SSLCertificateFile {self.chain}
SSLCertificateKeyFile {self.key}
{self.more("server")}
<Proxy balancer://origin>
{members}
</Proxy>
ProxyPass / balancer://origin/
""")
        return [program("apache2"), "-DFOREGROUND", "-f", path]


class Caddy(Front):
    name, version_of = "Caddy", ("caddy", "version")

    def command(self):
        self.admin = free_port()
        upstreams = " ".join(f"127.0.0.1:{port}" for port in self.ports)
        self.path = self.write("Caddyfile", f"""{{
    admin 127.0.0.1:{self.admin}
    auto_https off
    {self.more("server")}
}}
https://127.0.0.1:{self.port} {{
    bind 127.0.0.1
    tls {self.chain} {self.key}
    reverse_proxy {upstreams} {{
        {self.more("proxy")}
    }}
}}
""")
        return [program("caddy"), "run", "--config", self.path, "--adapter", "caddyfile"]

    def environment(self):
        return {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / "data"),
                "XDG_CONFIG_HOME": str(self.folder / "config")}

    def reload(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.admin}/load", self.path.read_bytes(), method="POST",
            headers={"Content-Type": "text/caddyfile", "Cache-Control": "must-revalidate"})
        urllib.request.urlopen(request, timeout=60).close()


class Lighttpd(Front):
    name, version_of = "lighttpd", ("lighttpd", "-v")
    reload_signal = signal.SIGUSR1

    def command(self):
        hosts = ",".join(f'("host" => "127.0.0.1", "port" => {port}{self.more("host")})'
                         for port in self.ports)
        modules = pathlib.Path(unpacked("usr/lib/lighttpd/mod_proxy.so")).parent
        path = self.write("lighttpd.conf", f"""server.modules = ("mod_proxy", "mod_openssl")
server.document-root = "{self.folder}"
server.bind = "127.0.0.1"
server.port = {self.port}
server.errorlog = "{self.folder}/error.log"
server.upload-dirs = ("{self.folder}")
ssl.engine = "enable"
ssl.pemfile = "{self.chain}"
ssl.privkey = "{self.key}"
{self.more("server")}
proxy.server = ("" => ({hosts}))
""")
        return [program("lighttpd"), "-D", "-f", path, "-m", modules]


class H2o(Front):
    """Of one upstream: this version cannot choose between two."""

    name, version_of, upstreams = "h2o", ("h2o", "--version"), 1

    def command(self):
        path = self.write("h2o.yaml", f"""{"user: root" if ROOT else ""}
error-log: {self.folder}/error.log
num-threads: 1
{self.more("server")}
listen:
  host: 127.0.0.1
  port: {self.port}
  ssl:
    certificate-file: {self.chain}
    key-file: {self.key}
hosts:
  default:
    paths:
      "/":
        proxy.reverse.url: "http://127.0.0.1:{self.ports[0]}/"
""")
        # The starter that its own `-m daemon` uses: it holds the port while the server changes.
        starter = unpacked("usr/share/h2o/start_server")
        return ["perl", starter, f"--port=127.0.0.1:{self.port}", "--", program("h2o"), "-c", path]


class Varnish(Front):
    """Behind haproxy, which has the TLS that Varnish leaves to others."""

    name, version_of = "Varnish", ("varnishd", "-V")

    def command(self):
        backends = "\n".join(f'backend b{port} {{ .host = "127.0.0.1"; .port = "{port}"; '
                             f'{self.more("backend")} }}' for port in self.ports)
        members = " ".join(f"origin.add_backend(b{port});" for port in self.ports)
        path = self.write("default.vcl", f"""vcl 4.1;
import directors;
{backends}
sub vcl_init {{ new origin = directors.round_robin(); {members} }}
sub vcl_recv {{ set req.backend_hint = origin.backend(); }}
""")
        vmods = pathlib.Path(unpacked(
            "usr/lib/x86_64-linux-gnu/varnish/vmods/libvmod_directors.so")).parent
        vcls = unpacked("usr/share/varnish/vcl")
        return [program("varnishd"), "-F", "-j", "none", "-n", self.folder / "work", "-a",
                f"127.0.0.1:{self.port}", "-f", path, "-p", f"vmod_path={vmods}", "-p",
                f"vcl_path={vcls}", "-s", "default,16m", "-T", "none"]

    def ready(self):
        super().ready()
        self.haproxy = Haproxy(self.folder / "outside", [self.port])
        self.port, self.url = self.haproxy.port, self.haproxy.url
        self.ca_file = self.haproxy.ca_file

    def reload(self):
        self.haproxy.reload()

    def end(self):
        self.haproxy.end()
        super().end()


class Stunnel(Front):
    """Knows TLS and nothing of HTTP."""

    name, version_of, protocols = "stunnel", ("stunnel4", "-version"), ("1.1",)

    def command(self):
        connects = "\n".join(f"connect = 127.0.0.1:{port}" for port in self.ports)
        path = self.write("stunnel.conf", f"""foreground = yes
pid = {self.folder}/stunnel.pid
output = {self.folder}/stunnel.log
[front]
accept = 127.0.0.1:{self.port}
cert = {self.chain}
key = {self.key}
{connects}
{self.more("server")}
""")
        return [program("stunnel4"), path]


class Squid(Front):
    """A forward proxy: the program asks it for a tunnel to an endpoint that has the TLS."""

    name, version_of, protocols = "squid", ("squid", "-v"), ("1.1",)

    def command(self):
        share = pathlib.Path(unpacked("usr/share/squid/mime.conf")).parent
        (self.folder / "logs").mkdir()
        (self.folder / "logs").chmod(0o777)
        path = self.write("squid.conf", f"""http_port 127.0.0.1:{self.port}
http_access allow all
pid_filename none
cache_log {self.folder}/logs/cache.log
access_log none
coredump_dir {self.folder}/logs
pinger_enable off
unlinkd_program {unpacked("usr/lib/squid/unlinkd")}
mime_table {share}/mime.conf
icon_directory {share}/icons
error_directory {share}/errors/templates
{"cache_effective_user nobody" if ROOT else ""}
{self.more("server")}
""")
        return [program("squid"), "-N", "-f", path]


ALL = (Nginx, Haproxy, Apache, Caddy, Lighttpd, H2o, Varnish, Stunnel)
