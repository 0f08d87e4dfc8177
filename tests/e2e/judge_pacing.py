#!/usr/bin/env python3
"""Sends real campaigns to an endpoint with true rolling windows and random latency, and holds what
`tidings plan` had said against what came to pass.

  judge_pacing.py PROGRAM [SHAPE ...] [--latency 0.01..0.2] [--scale 1] [--list]

A first run on a bot is planned after `plan --probe=12`, a later one with what the run before
measured.

A line a campaign: planned and actual duration, their difference, refusals, how much of the budget
was used while there was work, and the fullest window of each limit, all but the plan measured at
the endpoint. It fails when a window was over its limit, anything was refused, the order was not
the list's, or the duration was off by more than one per cent.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import campaign
import oracle

SENDERS = ["+16693422058", "+16693422059", "+16693422060"]
OFF_MAX = 0.01  # of the duration, and what starting and ending a process takes
START_S = 0.15


@dataclasses.dataclass
class Bot:
    limits: list
    senders: int = 1
    sender_limits: tuple = ()


@dataclasses.dataclass
class Shape:
    """A campaign to be judged: its bots, how many rows, and what happens on the way."""

    name: str
    rows: int
    bots: list
    pace: str = "earliest"
    account: tuple = ()  # limits that all bots share
    more: str = ""
    stop_at: float = 0  # share of the rows after which it is interrupted and resumed
    before: int = 0     # rows of a campaign on the same bots that has just ended


SHAPES = [
    Shape("one limit, seconds", 260, [Bot(["40/4s"])]),
    Shape("one limit, a second", 300, [Bot(["12/1s"])]),
    Shape("two rings", 200, [Bot(["10/1s", "60/10s"])]),
    Shape("two rings, even", 170, [Bot(["10/1s", "60/10s"])], pace="even"),
    Shape("two rings, burst", 200, [Bot(["10/1s", "60/10s"])], pace="burst"),
    Shape("two bots of an account", 260, [Bot(["30/3s"]), Bot(["30/3s"])], account=("50/5s",)),
    Shape("three senders, 1/1s each", 75, [Bot([], 3, ("1/1s",))]),
    Shape("a canary of 20", 260, [Bot(["40/4s"])], more="first = 20"),
    Shape("stopped in the middle", 260, [Bot(["60/6s"])], stop_at=0.5),
    Shape("stopped in the middle, burst", 260, [Bot(["60/6s"])], pace="burst", stop_at=0.5),
    Shape("after another campaign", 200, [Bot(["60/6s"])], before=60),
    Shape("after another, burst", 200, [Bot(["60/6s"])], pace="burst", before=60),
]


class Paced(campaign.Campaign):
    """A campaign of several bots and senders, each bot with an endpoint of its own."""

    def __init__(self, folder, endpoints, shape, rows, name, first=0):
        self.shape, self.endpoints = shape, endpoints
        super().__init__(folder, endpoints[0], campaign.List(rows, odd=False, first=first),
                         name=name, recipients=f"{name}.csv")
        (self.folder / f"{name}.csv").write_bytes(self.list.csv())

    def text(self, recipients):
        shape = self.shape
        text = f'name = "{self.name}"\n[recipients]\nfile = "{recipients}"\n'
        for at, bot in enumerate(shape.bots):
            text += f"""[[bot]]
url = "{self.endpoints[at].url}"
bot_id = "{campaign.BOT[:-1]}{at}"
ca_file = "{self.endpoints[at].ca_file}"
limits = {json.dumps(bot.limits)}
pace = "{shape.pace}"
client_id = "{campaign.CLIENT}"
client_secret = {{ env = "TIDINGS_CLIENT_SECRET" }}
"""
            for sender in SENDERS[: bot.senders]:
                text += (f'[[bot.sender]]\nfrom = "{sender}"\n'
                         f"limits = {json.dumps(list(bot.sender_limits))}\n")
        if shape.account:
            text += f"[account.main]\nlimits = {json.dumps(list(shape.account))}\n"
        return text + f"[stop]\n{shape.more}\n"


def endpoint(folder, at, bot, latency):
    words = ["--bot", f"{campaign.BOT[:-1]}{at}", "--latency", latency]
    for limit in bot.limits:
        words += ["--limit", limit]
    for limit in bot.sender_limits:
        words += ["--sender-limit", limit]
    return campaign.Endpoint(folder, *words, name=f"endpoint-{at}")


@dataclasses.dataclass
class Finding:
    planned: float
    actual: float
    away: float       # between a stop and the resume
    refusals: int
    used: float       # of the limit that decided, while there was work
    windows: list     # "limit: fullest"
    complaints: list
    burst: bool = False

    @property
    def took(self):
        """Without the time between two processes. In a pause between two bursts that costs nothing, in
        a burst all of it: what was planned may lie between."""
        least = self.actual - self.away
        return min(max(self.planned, least), self.actual) if self.burst else least

    @property
    def off(self):
        return (self.took - self.planned) / self.planned

    def judged(self):
        found = list(self.complaints)
        if self.refusals:
            found.append(f"{self.refusals} refusals")
        if abs(self.took - self.planned) > OFF_MAX * self.planned + START_S:
            found.append(f"planned {self.planned:.2f} s, took {self.took:.2f} s")
        return found


def send(made, shape):
    """The whole campaign; returns for how long it stood still between two processes."""
    if not shape.stop_at:
        process = made.first(seconds=600)
        assert process.status == 0, process.stderr
        return 0.0
    process = made.start("send", made.file, "--yes", "--no-progress")
    wanted = shape.stop_at * shape.rows
    campaign.until(lambda: sum(len(one.ledger().arrived) for one in made.endpoints) >= wanted, 600,
                   "it never came to the middle")
    process.signal(signal.SIGINT)
    stopped = time.monotonic()
    assert process.wait(60) == campaign.STOPPED, process.stderr
    time.sleep(1)
    process = made.resume(seconds=600)
    assert process.status == 0, process.stderr
    again = [event["at"] for one in made.endpoints for event in one.ledger().arrived]
    return min(at for at in again if at > stopped) - stopped


def windows_of(shape, arrived):
    """Every limit of the shape with the moments that count for it."""
    scopes = [(limit, [e["at"] for e in arrived]) for limit in shape.account]
    for at, bot in enumerate(shape.bots):
        mine = [e for e in arrived if e["bot"] == at]
        scopes += [(limit, [e["at"] for e in mine]) for limit in bot.limits]
        for sender in SENDERS[: bot.senders]:
            times = [e["at"] for e in mine if e["from"] == sender]
            scopes += [(limit, times) for limit in bot.sender_limits]
    return scopes


def usage(scopes):
    """Of the limit that was used the most: arrivals over what it permits, as long as it ran."""
    most = 0.0
    for limit, times in scopes:
        count, seconds = oracle.limit_of(limit)
        span = max(times) - min(times)
        # Whole windows only: the last slots of a campaign are never given back.
        full = int(span / seconds)
        if full == 0:
            continue
        end = min(times) + full * seconds
        most = max(most, sum(t < end for t in times) / (full * count))
    return most


def in_order(made, arrived, burst):
    """Each sender's rows leave in the order of the list; those of a burst are there at once, by as many
    connections."""
    apart = 64 if burst else 8
    place = {row.to: row.number for row in made.list.rows}
    last = {}
    for event in sorted(arrived, key=lambda e: e["at"]):
        key = event["bot"], event["from"]
        if place[event["to"]] < last.get(key, 0) - apart:
            return False
        last[key] = max(last.get(key, 0), place[event["to"]])
    return True


def judge(shape, latency, folder):
    endpoints = [endpoint(folder, at, bot, latency) for at, bot in enumerate(shape.bots)]
    made = None
    try:
        known = 0
        if shape.before:
            first = Paced(folder, endpoints, shape, shape.before, "before", first=5000)
            assert first.first(seconds=600).status == 0
            known = shape.before
        made = Paced(folder, endpoints, shape, shape.rows, "judged")
        if not known:
            # Nobody knows yet how long answers take. What is asked counts against the windows, so
            # that they are waited for: it is the first run that is judged, not the asking.
            asked = made.run("plan", made.file, "--probe=12")
            assert asked.status == 0, asked.stdout
            time.sleep(max(oracle.limit_of(limit)[1] for limit, _ in windows_of(shape, [])) + 0.5)
        plan = made.run("plan", made.file, "--json").json_lines()[0]
        away = send(made, shape)
        events = []
        for at, one in enumerate(endpoints):
            ledger = one.ledger()
            events += [event | {"bot": at, "status": ledger.status.get(event["id"])}
                       for event in ledger.arrived]
        scopes = windows_of(shape, events)
        windows, complaints = [], []
        for limit, times in scopes:
            count, seconds = oracle.limit_of(limit)
            worst = oracle.worst_window(times, seconds)
            windows.append(f"{worst} of {limit}")
            if worst > count:
                complaints.append(f"{worst} in a window of {limit}")
        mine = {row.to for row in made.list.rows}
        own = [event for event in events if event["to"] in mine]
        if not in_order(made, own, shape.pace == "burst"):
            complaints.append("not in the order of the list")
        if len(events) != shape.rows + known:
            complaints.append(f"{len(events)} arrived, {shape.rows + known} were to")
        return Finding(plan["duration_s"], made.summary()["duration_s"], away,
                       sum(event["status"] == 429 for event in events),
                       usage(windows_of(shape, own)), windows, complaints, shape.pace == "burst")
    finally:
        for one in endpoints + ([made] if made else []):
            one.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program")
    parser.add_argument("shape", nargs="*", help="part of a shape's name; none: all")
    parser.add_argument("--latency", default="0.01..0.2", help="seconds, at random")
    parser.add_argument("--scale", type=float, default=1, help="times as many rows")
    parser.add_argument("--list", action="store_true", help="name the shapes")
    options = parser.parse_args()
    campaign.PROGRAM = os.path.abspath(options.program)
    chosen = [one for one in SHAPES
              if not options.shape or any(word in one.name for word in options.shape)]
    if options.list:
        print("\n".join(one.name for one in chosen))
        return 0
    print(f"{'campaign':30} {'planned s':>9} {'actual s':>9} {'off':>8} {'refused':>8} "
          f"{'used':>7}  fullest windows", flush=True)
    bad = 0
    for shape in chosen:
        shape = dataclasses.replace(shape, rows=int(shape.rows * options.scale))
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tidings-pacing-"))
        found = judge(shape, options.latency, folder)
        print(f"{shape.name:30} {found.planned:9.2f} {found.actual - found.away:9.2f} "
              f"{100 * found.off:+7.2f}% {found.refusals:8} {100 * found.used:6.1f}%  "
              f"{', '.join(found.windows)}", flush=True)
        for text in found.judged():
            bad += 1
            print(f"    {text} (kept: {folder})", flush=True)
        if not found.judged():
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
