#!/usr/bin/env python3
"""Campaigns through real proxies to an origin that executes and dies: rows 32 to 34 of
docs/faults.md.

Short by default: one bad day for each front and protocol. TIDINGS_LONG=1 has each misfortune by
itself, with 3,000 rows (scripts/intermediaries).
"""

import collections
import datetime
import json
import os
import pathlib
import signal
import sys
import threading
import time
import unittest

import campaign
import fronts
import oracle
from campaign import SEED, SECRET, List, Process, Scenario, until

LONG = os.environ.get("TIDINGS_LONG") == "1"
HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = 16
ALLOWED_ABOVE = 12  # what an outage may cost beyond what was in flight when it began


class Origin:
    """origin.py, running."""

    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder) / "origin"
        self.folder.mkdir()
        self.process = Process([sys.executable, HERE / "origin.py", "--folder", self.folder,
                                "--seed", SEED, "--key", SECRET, *options], folder, "origin")
        line = until(self.started, 60, "the origin did not start")
        self.ports = line["ports"]
        self.url = self.ca_file = ""  # its front's, as soon as it has one

    def started(self):
        if not self.process.running():
            raise AssertionError(f"the origin ended: {self.process.stderr}")
        return next(iter(self.process.json_lines()), None)

    def ledger(self):
        return oracle.Ledger.read(self.folder / "ledger.ndjson")

    def arrived(self):
        return len(self.ledger().arrived)

    def outage(self, seconds, *signals):
        """Gone for so long; only half of it, if one of the two signals is named."""
        self.toggle("gone", signals or (signal.SIGUSR1, signal.SIGUSR2))
        time.sleep(seconds)
        self.toggle("back", signals or (signal.SIGUSR1, signal.SIGUSR2))

    def toggle(self, event, signals):
        """Two signals of one name that are not taken at once are one: it is done when it says so."""
        told = len(self.moments(event)) + len(signals)
        for number in signals:
            self.process.signal(number)
        until(lambda: len(self.moments(event)) >= told, 30, f"the origin is not {event}")

    def moments(self, event):
        """When it happened, by the calendar."""
        lines = (self.folder / "ledger.ndjson").read_text(encoding="utf-8").split("\n")[:-1]
        return [one["wall"] for one in map(json.loads, lines) if one["event"] == event]

    def still(self, seconds):
        """Stands still, and later reads what was written to it meanwhile."""
        self.process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.signal(signal.SIGCONT)

    def end(self):
        self.process.end()


class Fronted(Scenario):
    """A front, an origin behind it, and a campaign in front of it."""

    front = None

    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)  # some fronts go on as another user
        self.place = self.folder

    def stand(self, protocol, rows, *options, rate="300/1s", **settings):
        """(campaign, front, origin), ready."""
        origin = Origin(self.place, "--latency", "0.005..0.02", *options)
        self.ending.append(origin)
        front = self.front(self.place / "front", origin.ports)
        self.ending.append(front)
        more = f'http = "{protocol}"\nconnect_timeout = "5s"\n' + settings.pop("bot_more", "")
        more += self.reach(origin, front)
        made = self.campaign(origin, List(rows, odd=False), folder=self.place,
                             limits=[rate], connections=CONNECTIONS, bot_more=more,
                             rejected_in_a_row=0, **settings)
        return made, front, origin

    def reach(self, origin, front):
        """How the campaign gets there; what a bot has to say for it."""
        origin.url, origin.ca_file = front.url, front.ca_file
        return ""

    def reload_every(self, front, seconds, process):
        """Reloads for as long as the campaign runs; how often."""
        times = []

        def go():
            while process.running():
                front.reload()
                times.append(time.monotonic())
                time.sleep(seconds)

        thread = threading.Thread(target=go)
        thread.start()
        self.addCleanup(thread.join, 30)
        return times

    def begin(self, made):
        """The program, when a tenth of the list has arrived."""
        process = made.start("send", made.file, "--yes", "--no-progress")
        tenth = len(made.list.rows) // 10
        until(lambda: made.endpoint.arrived() > tenth or not process.running(), 60,
              f"nothing arrives: {process.stderr}")
        return process

    def finish(self, name, made, process, seconds=300):
        """Nobody twice, every row one outcome; what was unknown and what the front said then."""
        status = process.wait(seconds)
        self.assertIn(status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN),
                      f"{process.stdout[-1500:]}\n{process.stderr[-3000:]}")
        ledger, outcomes, summary = self.judge(made, limits=[])
        said = collections.Counter((line["status"], line["detail"]) for line in outcomes
                                   if line["outcome"] == "unknown")
        ended = ledger.arrived[-1]["at"] - ledger.arrived[0]["at"] if ledger.arrived else 0
        died = sum(ledger.processed[line["to"]] for line in outcomes
                   if line["outcome"] == "unknown")
        print(f"{self.front.name} {name}: {dict(made.counts())}, {summary['requests']} requests, "
              f"{ended:.1f} s; of the unknown {died} were executed; {dict(said)}", flush=True)
        return made.counts()["unknown"], ledger

    # -- one misfortune each ---------------------------------------------------------------------

    def deaths(self, ledger):
        """How many times the origin ended a connection instead of answering."""
        return sum(status == 0 for status in ledger.status.values())

    def dies(self, protocol):
        made, _, _ = self.stand(protocol, 3000, "--fault", "close_after_trigger=0.01")
        unknown, ledger = self.finish("dies", made, self.begin(made))
        # nginx leaves a server out that has died once: a death is an outage there.
        if self.front is not fronts.Nginx:
            self.assertLessEqual(unknown, self.deaths(ledger))

    def reloads(self, protocol):
        made, front, _ = self.stand(protocol, 3000)
        process = self.begin(made)
        times = self.reload_every(front, 0.5, process)
        unknown, _ = self.finish("reloads", made, process)
        print(f"{len(times)} reloads", flush=True)
        if protocol == "2" and self.front in (fronts.Nginx, fronts.Haproxy):
            self.assertEqual(unknown, 0)

    def under_way(self, made, moment):
        """The most requests in the blink of an eye before it, by the outcome log: each line's answer
        came when it says."""
        spans = [(datetime.datetime.fromisoformat(line["ts"]).timestamp(), line["latency_ms"])
                 for line in made.outcomes() if line["latency_ms"]]
        return max(sum(ended - latency / 1000 <= at <= ended for ended, latency in spans)
                   for at in (moment - before / 100 for before in range(31)))

    def outage(self, protocol, *signals, seconds=5):
        made, _, origin = self.stand(protocol, 3000)
        process = self.begin(made)
        origin.outage(seconds, *signals)
        unknown, _ = self.finish("half an outage" if signals else "outage", made, process)
        under_way = max(self.under_way(made, moment) for moment in origin.moments("gone"))
        print(f"{under_way} were under way when it began", flush=True)
        self.assertLessEqual(unknown, under_way + ALLOWED_ABOVE)

    def half_an_outage(self, protocol):
        if self.front.upstreams > 1:
            self.outage(protocol, signal.SIGUSR1)

    def stands_still(self, protocol):
        made, _, origin = self.stand(
            protocol, 3000, bot_more='request_timeout = "1s"\nlate_for = "10s"\n')
        process = self.begin(made)
        origin.still(4)
        unknown, _ = self.finish("stands still", made, process)
        self.assertLessEqual(unknown, CONNECTIONS + ALLOWED_ABOVE)

    def closes_idle(self, protocol):
        """The origin ends a connection as its front uses it again."""
        made, _, _ = self.stand(protocol, 1000, "--idle", "0.002..0.014", rate="100/1s")
        self.finish("closes idle connections", made, self.begin(made))

    # -- together --------------------------------------------------------------------------------

    def bad_day(self, protocol):
        """All at once: deaths, reloads and an outage."""
        made, front, origin = self.stand(protocol, 450, "--fault", "close_after_trigger=0.01")
        process = self.begin(made)
        times = self.reload_every(front, 0.5, process)
        origin.outage(0.3)
        _, ledger = self.finish("bad day", made, process)
        print(f"{len(times)} reloads, {self.deaths(ledger)} deaths", flush=True)
        self.assertGreater(len(times), 0)

    def over(self, protocol):
        if not LONG:
            self.bad_day(protocol)
            return
        for story in (self.dies, self.reloads, self.outage, self.half_an_outage,
                      self.stands_still, self.closes_idle):
            with self.subTest(story.__name__):
                self.place = self.folder / story.__name__
                self.place.mkdir()
                story(protocol)
                while self.ending:
                    self.ending.pop().end()


class Nginx(Fronted):
    front = fronts.Nginx

    def test_over_http1(self):
        self.over("1.1")

    def test_over_http2(self):
        self.over("2")


class Haproxy(Fronted):
    front = fronts.Haproxy

    def test_over_http1(self):
        self.over("1.1")

    def test_over_http2(self):
        self.over("2")


class Apache(Fronted):
    front = fronts.Apache

    def test_over_http1(self):
        self.over("1.1")

    def test_over_http2(self):
        self.over("2")


class Caddy(Fronted):
    front = fronts.Caddy

    def test_over_http1(self):
        self.over("1.1")

    def test_over_http2(self):
        self.over("2")


class Lighttpd(Fronted):
    front = fronts.Lighttpd

    def test_over_http1(self):
        self.over("1.1")

    def test_over_http2(self):
        self.over("2")


class H2o(Fronted):
    front = fronts.H2o

    def test_over_http1(self):
        self.over("1.1")

    def test_over_http2(self):
        self.over("2")


class Varnish(Fronted):
    front = fronts.Varnish

    def test_over_http1(self):
        self.over("1.1")

    def test_over_http2(self):
        self.over("2")


class Stunnel(Fronted):
    front = fronts.Stunnel

    def test_over_http1(self):
        self.over("1.1")


class Squid(Fronted):
    """A forward proxy, and behind its tunnel haproxy, which has the TLS."""

    front = fronts.Squid

    def reach(self, origin, front):
        inner = fronts.Haproxy(self.place / "inner", origin.ports)
        self.ending.append(inner)
        origin.url, origin.ca_file = inner.url, inner.ca_file
        return f'proxy = "http://127.0.0.1:{front.port}"\n'

    def test_over_http1(self):
        self.over("1.1")

    def test_over_http2(self):
        self.over("2")


if __name__ == "__main__":
    unittest.main()
