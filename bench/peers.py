"""The clients that are compared: how each is told to make N requests, and what it says of them.

A peer is a name, the program it needs, how many requests make two or three seconds of it, and a
function from a Job to its command. `read` takes what it printed and returns a Said; every request
that it does not report as answered 200 fails the comparison.
"""

import dataclasses
import json
import os
import pathlib
import re

TOKEN = ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwiYXBwSWQiOiJjcy1kYzZlY2R"
         "mZC1jYmE3LTUwNTUtYTk4My1mZmZhMTE1NWEzZjUifQ.03LljsV8Not1NMbo-3Y-pJvNWjB6J8dTciPGPx-8h4Q")
BODY = '{"fromNo":"+16693422058","toNo":"+917760336484"}'
TYPE = "application/json;charset=UTF-8"


@dataclasses.dataclass
class Job:
    folder: pathlib.Path    # of this run
    sink: object
    requests: int
    seconds: int            # for wrk, which counts in seconds only
    connections: int
    tidings: str

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)


@dataclasses.dataclass
class Said:
    answered: int           # with status 200, by its own word
    p50_ms: float = None
    p99_ms: float = None


@dataclasses.dataclass
class Peer:
    name: str
    needs: str
    requests: int
    command: object
    read: object
    exact: bool = True      # sends exactly what it was asked to
    one_process: bool = True  # its peak memory means something


class NotAnswered(Exception):
    pass


def found(pattern, text, otherwise=None):
    match = re.search(pattern, text)
    if match is None:
        if otherwise is not None:
            return otherwise
        raise NotAnswered("its report cannot be read:\n" + text[-2000:])
    return float(match.group(1))


# --- wrk ---------------------------------------------------------------------------------------

WRK_HEADERS = f"""
wrk.method = "POST"
wrk.headers["Content-Type"] = "{TYPE}"
wrk.headers["auth"] = "{TOKEN}"
"""
WRK_FIXED = f"wrk.body = '{BODY}'\n"
WRK_VARIED = """
local sent = 0
function request()
    sent = sent + 1
    local body = string.format('{"fromNo":"+16693422058","toNo":"+91%010d"}', sent)
    return wrk.format(nil, nil, nil, body)
end
"""
WRK_DONE = """
function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("said %d %d %f %f\\n", summary.requests,
        e.connect + e.read + e.write + e.status + e.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


def wrk(bodies):
    def command(job):
        script = job.file("script.lua", WRK_HEADERS + bodies + WRK_DONE)
        return ["wrk", "-t1", f"-c{job.connections}", f"-d{job.seconds}s", "-s", script,
                job.sink.url(job.sink.h1)]
    return command


def read_wrk(text, job):
    match = re.search(r"said (\d+) (\d+) (\S+) (\S+)", text)
    if match is None or match.group(2) != "0":
        raise NotAnswered("wrk reports errors:\n" + text[-2000:])
    return Said(int(match.group(1)), float(match.group(3)), float(match.group(4)))


# --- h2load ------------------------------------------------------------------------------------

def h2load(connections, streams):
    def command(job):
        body = job.file("body.json", BODY)
        clients = connections or job.connections
        kind = ["-m", str(streams)] if streams else ["--h1"]
        port = job.sink.h2 if streams else job.sink.h1
        return ["h2load", "-t1", "-n", str(job.requests), "-c", str(clients), *kind, "-d", body,
                "-H", f"content-type: {TYPE}", "-H", f"auth: {TOKEN}", job.sink.url(port)]
    return command


def read_h2load(text, job):
    return Said(int(found(r"status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx", text)))


# --- hey, ab, curl, undici -----------------------------------------------------------------------

def hey(job):
    return ["hey", "-cpus", "1", "-n", str(job.requests), "-c", str(job.connections), "-m", "POST",
            "-T", TYPE, "-H", f"auth: {TOKEN}", "-d", BODY, job.sink.url(job.sink.h1)]


def read_hey(text, job):
    return Said(int(found(r"\[200\]\s+(\d+) responses", text)),
                found(r"50%\D* in ([\d.]+) secs", text, -1) * 1000,
                found(r"99%\D* in ([\d.]+) secs", text, -1) * 1000)


def ab(job):
    body = job.file("body.json", BODY)
    return ["ab", "-k", "-q", "-n", str(job.requests), "-c", str(job.connections), "-p", body,
            "-T", TYPE, "-H", f"auth: {TOKEN}", job.sink.url(job.sink.h1)]


def read_ab(text, job):
    bad = found(r"Failed requests:\s+(\d+)", text) + found(r"Non-2xx responses:\s+(\d+)", text, 0)
    return Said(int(found(r"Complete requests:\s+(\d+)", text) - bad), found(r"50%\s+(\d+)", text),
                found(r"99%\s+(\d+)", text))


CURL_OPTIONS = ["--http1.1", "-s", "-o", "/dev/null", "-w", "%{http_code}\n", "-H",
                f"Content-Type: {TYPE}", "-H", f"auth: {TOKEN}", "--data", BODY]


def curl_parallel(job):
    return ["curl", "-Z", "--parallel-max", str(job.connections), "--cacert",
            str(job.sink.certificate), *CURL_OPTIONS,
            job.sink.url(job.sink.h1) + f"?[1-{job.requests}]"]


def curl_loop(job):
    loop = 'n=$1; shift; while [ "$n" -gt 0 ]; do "$@"; n=$((n-1)); done'
    return ["sh", "-c", loop, "sh", str(job.requests), "curl", "--cacert",
            str(job.sink.certificate), *CURL_OPTIONS, job.sink.url(job.sink.h1)]


def read_curl(text, job):
    # Not by line: of thousands of transfers at once a few lose the end of theirs.
    return Said(re.findall(r"\d{3}", text).count("200"))


# Debian's modules too for a node that is not Debian's; one's own undici comes first.
NODE = ["env", "NODE_PATH=" + os.environ.get("NODE_PATH", "") + ":/usr/share/nodejs", "node"]
UNDICI = """
const { Pool } = require('undici');
const fs = require('fs');
const { origin, path, ca, requests, connections, headers } = JSON.parse(process.argv[2]);
const pool = new Pool(origin, { connections, pipelining: 1, connect: { ca: fs.readFileSync(ca) } });
let left = requests, good = 0;
const took = [];
async function worker() {
  while (left > 0) {
    const n = left--;
    const began = performance.now();
    const body = `{"fromNo":"+16693422058","toNo":"+91${String(n).padStart(10, '0')}"}`;
    const answer = await pool.request({ path, method: 'POST', headers, body });
    await answer.body.text();
    took.push(performance.now() - began);
    if (answer.statusCode === 200) good++;
  }
}
Promise.all(Array.from({ length: connections }, worker)).then(() => {
  took.sort((a, b) => a - b);
  const at = (p) => took[Math.min(took.length - 1, Math.floor(took.length * p))];
  console.log(JSON.stringify({ good, p50: at(0.5), p99: at(0.99) }));
  return pool.close();
});
"""


def undici(job):
    script = job.file("undici.js", UNDICI)
    url = job.sink.url(job.sink.h1)
    origin = url[:url.index("/api")]
    settings = {"origin": origin, "path": url[len(origin):], "ca": str(job.sink.certificate),
                "requests": job.requests, "connections": job.connections,
                "headers": {"content-type": TYPE, "auth": TOKEN}}
    return [*NODE, script, json.dumps(settings)]


def read_undici(text, job):
    said = json.loads(text.strip().splitlines()[-1])
    return Said(said["good"], said["p50"], said["p99"])


# --- tidings -----------------------------------------------------------------------------------

CAMPAIGN = """
name = "compare"
[recipients]
file = "recipients.csv"
[[bot]]
url = "https://localhost:{port}"
bot_id = "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440"
ca_file = "{certificate}"
http = "{http}"
connections_max = {connections}
limits = []
client_id = "cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5"
client_secret = {{ file = "secret" }}
[[bot.sender]]
from = "+16693422058"
limits = []
[output]
dir = "{folder}/runs"
"""


def tidings(http):
    def command(job):
        # An odd factor modulo a power of two: no number twice, and in no order.
        rows = "".join(f"+91{7_000_000_000 + row * 0x9E3779B1 % 2**31}\n"
                       for row in range(1, job.requests + 1))
        job.file("recipients.csv", "toNo\n" + rows)
        job.file("secret", "c2VjcmV0IG9mIHRoZSB1c3VhbCBsZW5ndGggLi4uLi4=\n")
        (job.folder / "secret").chmod(0o600)
        port = job.sink.h2 if http == "2" else job.sink.h1
        campaign = job.file("campaign.toml", CAMPAIGN.format(
            port=port, certificate=job.sink.certificate, http=http, connections=job.connections,
            folder=job.folder))
        return [job.tidings, "send", campaign, "--yes", "--quiet"]
    return command


def read_tidings(text, job):
    summary = json.loads((job.folder / "runs/compare/summary.json").read_text())
    if summary["accepted"] != summary["rows"] or summary["rows"] != job.requests:
        raise NotAnswered(f"tidings: {summary}")
    return Said(summary["accepted"], summary["latency_ms"]["p50"], summary["latency_ms"]["p99"])


REFERENCE = Peer("wrk varied", "wrk", 0, wrk(WRK_VARIED), read_wrk, exact=False)
PEERS = [
    Peer("tidings h1", "tidings", 100_000, tidings("1.1"), read_tidings),
    Peer("tidings h2", "tidings", 150_000, tidings("2"), read_tidings),
    Peer("wrk fixed", "wrk", 0, wrk(WRK_FIXED), read_wrk, exact=False),
    Peer("h2load h1", "h2load", 80_000, h2load(None, None), read_h2load),
    Peer("h2load h2 1x100", "h2load", 80_000, h2load(1, 100), read_h2load),
    Peer("h2load h2 4x100", "h2load", 80_000, h2load(4, 100), read_h2load),
    Peer("ab -k", "ab", 60_000, ab, read_ab),
    Peer("hey", "hey", 30_000, hey, read_hey),
    Peer("node undici", "node", 20_000, undici, read_undici),
    Peer("curl --parallel", "curl", 10_000, curl_parallel, read_curl),
    Peer("curl loop", "curl", 100, curl_loop, read_curl, one_process=False),
]
