"""Measures what a message costs each client of peers.py; bench/compare is how it is called.

The figure is CPU of the client process a message, user and system, as the kernel says when the
process ends; as a ratio to wrk sending a different body each time, measured just before and just
after. Client and sink are pinned to a core each. A run counts only when the client reports every
request answered 200 and the sink counted as many.
"""

import argparse
import datetime
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import peers
from sink import ROOT, Sink, Trouble, lacking, program

NOT_HERE = 77  # CTest: skipped


class Measured:
    def __init__(self, cpu, wall, counted, said, memory, sink_cpu):
        self.cpu_us = cpu / counted * 1e6
        self.rate = counted / wall
        self.said = said
        self.memory_mib = memory / 1024 if memory else None
        self.sink_us = sink_cpu / counted * 1e6
        self.ratio = None


def run_to_end(command, log, environment, seconds_max=300):
    """Runs the command: exit status, CPU seconds, wall seconds, peak memory in KiB."""
    began = time.monotonic()
    with open(log, "w") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment,
                                 stdin=subprocess.DEVNULL)
    memory = 0
    status_file = f"/proc/{child.pid}/status"
    while True:
        # Not ru_maxrss: that begins with what this process had before it became the client.
        try:
            with open(status_file) as lines:
                memory = max(memory, next((int(line.split()[1]) for line in lines
                                           if line.startswith("VmHWM:")), 0))
        except OSError:
            pass
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            wall = time.monotonic() - began
            return child.returncode, usage.ru_utime + usage.ru_stime, wall, memory
        if time.monotonic() - began > seconds_max:
            child.kill()
        time.sleep(0.01)


def measure(peer, options, sink, client_core, scratch):
    folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    requests = max(1, round(peer.requests * options.scale))
    if options.quick:
        requests = min(requests, 20 if peer.name == "curl loop" else 500)
    # hey sends whole rounds of its connections only.
    requests -= requests % options.connections if requests > options.connections else 0
    job = peers.Job(folder, sink, requests, 1 if options.quick else 2, options.connections,
                    options.tidings)
    command = peer.command(job)
    pin = ["taskset", "-c", str(client_core)] if client_core is not None else []
    environment = dict(os.environ, XDG_STATE_HOME=str(folder / "state"))
    before, sink_before = sink.requests(), sink.cpu_seconds()
    log = folder / "said.txt"
    code, cpu, wall, memory = run_to_end(pin + command, log, environment)
    text = log.read_text(errors="replace")
    if code != 0:
        raise Trouble(f"{peer.name} ended with {code}: {' '.join(command)}\n{text[-2000:]}")
    counted = sink.requests() - before
    said = peer.read(text, job)
    # wrk stops with a request in flight on each connection; others must match exactly.
    spare = 0 if peer.exact else options.connections
    if counted < said.answered or counted > said.answered + spare:
        raise Trouble(f"{peer.name} reports {said.answered} answers of 200, the sink counted "
                      f"{counted} requests")
    if peer.exact and said.answered != requests:
        raise Trouble(f"{peer.name}: {said.answered} of {requests} requests were answered 200")
    sink_cpu = sink.cpu_seconds() - sink_before
    shutil.rmtree(folder)
    return Measured(cpu, wall, counted, said, memory if peer.one_process else None, sink_cpu)


def measure_all(chosen, options, sink, core, scratch):
    """Reference, candidate, reference, candidate ...; the order reversed each round."""
    results = {peer.name: [] for peer in chosen}
    references = []
    for turn in range(options.rounds):
        order = chosen if turn % 2 == 0 else chosen[::-1]
        before = measure(peers.REFERENCE, options, sink, core, scratch)
        references.append(before)
        for peer in order:
            one = measure(peer, options, sink, core, scratch)
            after = before
            if not options.quick:
                after = measure(peers.REFERENCE, options, sink, core, scratch)
                references.append(after)
            one.ratio = one.cpu_us / ((before.cpu_us + after.cpu_us) / 2)
            before = after
            results[peer.name].append(one)
            print(f"round {turn + 1}: {peer.name}: {one.cpu_us:.1f} us, {one.ratio:.2f} of wrk",
                  file=sys.stderr)
    for one in references:
        one.ratio = one.cpu_us / statistics.median(each.cpu_us for each in references)
    return {peers.REFERENCE.name: references, **results}


def middle(values, digits):
    known = [value for value in values if value is not None and value >= 0]
    return f"{statistics.median(known):.{digits}f}" if known else "-"


def table(results):
    lines = ["| client | CPU/wrk varied | range | CPU a message, us | messages a second | p50 ms |"
             " p99 ms | peak MiB | sink CPU, us |", "|---|---|---|---|---|---|---|---|---|"]
    for name, runs in results.items():
        ratios = [one.ratio for one in runs]
        lines.append(
            f"| {name} | {middle(ratios, 2)} | {min(ratios):.2f}-{max(ratios):.2f}"
            f" | {middle([one.cpu_us for one in runs], 1)} | {middle([one.rate for one in runs], 0)}"
            f" | {middle([one.said.p50_ms for one in runs], 2)}"
            f" | {middle([one.said.p99_ms for one in runs], 2)}"
            f" | {middle([one.memory_mib for one in runs], 1)}"
            f" | {middle([one.sink_us for one in runs], 1)} |")
    return "\n".join(lines)


def said_by(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        return (done.stdout or done.stderr).strip().splitlines()[0]
    except (OSError, IndexError):
        return "unknown"


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), "unknown processor")
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}"


def report(results, options, left_out, load):
    commit = said_by("git", "rev-parse", "--short", "HEAD")
    changed = " with changes" if said_by("git", "status", "--porcelain", "-uno") != "unknown" else ""
    return "\n".join([
        f"# bench/compare, {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC", "",
        f"- machine: {machine()}; load before: {load:.2f}",
        f"- commit: {commit}{changed}",
        f"- sink: {said_by(program('nginx'), '-v')}, one worker, TLS 1.3 AES-128-GCM, ECDSA P-256,"
        " keep-alive without end; client and sink on a core each",
        f"- {options.rounds} rounds, {options.connections} connections where a client has a choice,"
        f" scale {options.scale:g}; medians; every request answered 200 and counted by the sink",
        "- CPU: user and system time of the client process, from the kernel, start and end"
        " included",
        "- tidings does the whole job: reads the list, finds duplicates, keeps journal and log",
        *([f"- not here, left out: {', '.join(left_out)}"] if left_out else []),
        "", table(results), ""])


def parse():
    parser = argparse.ArgumentParser(prog="bench/compare", description=__doc__)
    parser.add_argument("--tidings", required=True)
    parser.add_argument("--only", help="names of clients, with commas between")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--scale", type=float, default=1.0, help="times as many requests")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.rounds < 1 or not 1 <= options.connections <= 2000 or options.scale <= 0:
        parser.error("--rounds, --connections (1 to 2000) and --scale must be above zero")
    if options.quick:
        options.rounds = 1
        options.connections = min(options.connections, 8)
    names = [name.strip() for name in options.only.split(",")] if options.only else None
    known = [peer.name for peer in peers.PEERS]
    for name in names or []:
        if name not in known:
            parser.error(f"no client is called '{name}': there are {', '.join(known)}")
    options.chosen = [peer for peer in peers.PEERS if names is None or peer.name in names]
    return options


def is_here(peer, options):
    if peer.needs == "tidings":
        return os.access(options.tidings, os.X_OK)
    if peer.needs == "node":
        return subprocess.run([*peers.NODE, "-e", "require('undici')"], capture_output=True,
                              check=False).returncode == 0
    return program(peer.needs) is not None


def main():
    options = parse()
    if absent := lacking("nginx", "openssl", "wrk", "taskset"):
        print(f"compare: {absent}", file=sys.stderr)
        return NOT_HERE
    chosen = [peer for peer in options.chosen if is_here(peer, options)]
    left_out = [peer.name for peer in options.chosen if peer not in chosen]
    cores = sorted(os.sched_getaffinity(0))
    sink_core, client_core = (cores[0], cores[-1]) if len(cores) > 1 else (None, None)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="tidings-compare-") as scratch:
        sink = Sink(scratch, sink_core)
        try:
            results = measure_all(chosen, options, sink, client_core, scratch)
        finally:
            sink.stop()
    text = report(results, options, left_out, load)
    print(text)
    if options.quick:
        print("--quick shows that everything runs; its figures say nothing.")
        return NOT_HERE if left_out else 0  # CTest would take it for everything
    file = ROOT / "bench/results" / f"{datetime.date.today()}.md"
    file.parent.mkdir(exist_ok=True)
    with open(file, "a") as out:
        out.write(text + "\n")
    print(f"written to {file}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Trouble, peers.NotAnswered, subprocess.CalledProcessError) as trouble:
        sys.exit(f"compare: {trouble}")
