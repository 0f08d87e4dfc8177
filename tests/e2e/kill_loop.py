#!/usr/bin/env python3
"""Kills the real program with SIGKILL at random moments, resumes it, and asks the endpoint.

  kill_loop.py PROGRAM [KILLS] [--seed N] [--rows N] [--rates 10,100] [--at-once N] [--gateway]

Campaign after campaign is sent until it was killed KILLS times; each is then finished and judged by
the endpoint's ledger (nobody twice, nobody lost, in doubt within the bound). SIGKILL leaves the page
cache alone, so this does not test that what is synced is on the disk: the simulated disk of the unit
tests does.

What is in doubt after a kill is counted per rate, and beside it the bound that the killed process had
printed. --at-once runs several such loops side by side, for rates at which each is nearly idle.
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile

import campaign
import oracle


LATENCIES = [(0.0, 0.0), (0.002, 0.008), (0.05, 0.2), (0.3, 0.9)]  # seconds


class Loop:
    """One of the loops side by side: kills of its own share, with dice of its own."""

    def __init__(self, options, kills, seed):
        self.options, self.kills_max = options, kills
        self.dice = random.Random(seed)
        self.kills = self.early = self.rows = self.sent = self.unknown = self.rounds = 0
        self.rate = 0
        self.doubts = collections.defaultdict(list)  # by rate: (in doubt, the bound printed or None)
        self.bounds = []  # of this campaign: (in doubt, what was printed)

    def run(self):
        while self.kills < self.kills_max:
            self.rounds += 1
            folder = pathlib.Path(tempfile.mkdtemp(prefix="tidings-kill-"))
            try:
                self.one_campaign(folder)
            except BaseException:
                print(f"kept for a look: {folder}", file=sys.stderr, flush=True)
                raise
            shutil.rmtree(folder, ignore_errors=True)

    def one_campaign(self, folder):
        """Sends one list to its end, however often it is killed on the way."""
        rate = self.rate = self.dice.choice(self.options.rates)
        rows = campaign.List(min(self.options.rows, rate * 6), seed=self.dice.randrange(1 << 30))
        low, high = self.dice.choice(LATENCIES)
        kind = campaign.Gateway if self.options.gateway else campaign.Endpoint
        endpoint = kind(folder, "--latency", f"{low}..{high}")
        made = campaign.Campaign(folder, endpoint, rows, limits=[f"{rate}/1s"], connections=64)
        try:
            while True:
                began = made.run_folder.exists()
                words = ("resume", made.run_folder) if began else ("send", made.file)
                process = made.start(*words, "--yes", "--json",
                                     "--progress-every", "100ms")
                until = None if self.kills >= self.kills_max else self.moment()
                if process.wait(until or 300) is not None:
                    self.expect_an_end(process)
                    break
                if until is None:
                    raise AssertionError(f"it did not end: {process.stderr[-2000:]}")
                process.signal(signal.SIGKILL)
                process.end()
                self.kills += 1
                self.after_kill(made, process)
            self.judge(made, process)
        finally:
            made.end()
            endpoint.end()

    def moment(self):
        """When to kill: a third of them in the start or the recovery, the others under load."""
        return self.dice.uniform(0.005, 0.15) if self.dice.random() < 1 / 3 else \
            self.dice.uniform(0.15, 2.5)

    def expect_an_end(self, process):
        if process.status not in (campaign.ACCEPTED, campaign.SOME_UNKNOWN):
            raise AssertionError(f"{self.kills} kills, then exit status {process.status}: "
                                 f"{process.stderr[-2000:]}")

    def after_kill(self, made, process):
        lines = process.json_lines() + process.json_lines(process.stderr)
        bounds = [line["in_doubt_max"] for line in lines if "in_doubt_max" in line]
        if not (made.run_folder / "run.json").exists():
            shutil.rmtree(made.run_folder, ignore_errors=True)  # killed before the run was there
            self.early += 1
            return
        verified = made.run("verify", made.run_folder, "--json")
        for line in verified.json_lines():
            if "in_doubt" in line:
                self.doubts[self.rate].append((line["in_doubt"], max(bounds, default=None)))
                # Who has printed nothing has put no further row in doubt.
                before = self.bounds[-1][0] if self.bounds else 0
                self.bounds.append((line["in_doubt"], max(bounds, default=before)))

    def judge(self, made, process):
        counts = made.counts()
        ledger = made.endpoint.ledger()
        found = oracle.check_messages(made.list.rows, made.outcomes(), ledger)
        found += oracle.check_windows(ledger, made.limits)
        found += oracle.check_accounts(made.outcomes(), made.summary(), made.list.rows)
        for doubt, printed in self.bounds:
            found += oracle.check_doubts(doubt, printed)
        self.bounds = []
        if process.status != oracle.expected_status(counts):
            found.append(f"exit status {process.status}, outcomes {dict(counts)}: "
                         f"{process.stderr[-2000:]}")
        verified = made.verify()
        if verified.status != 0:
            found.append(f"verify: {verified.stdout}{verified.stderr}")
        before = made.snapshot()
        made.resume()
        after = made.snapshot()
        found += [f"I6: resuming a finished run changed {key} from {before.get(key)} to {value}"
                  for key, value in after.items() if before.get(key) != value]
        if len(made.endpoint.ledger().arrived) != len(ledger.arrived):
            found.append("I6: resuming a finished run sent something")
        if found:
            raise AssertionError("\n".join(found[:20]))
        self.rows += len(made.list.rows)
        self.sent += sum(ledger.processed.values())
        self.unknown += counts["unknown"]
        print(f"campaign {self.rounds}: {len(made.list.rows)} rows at {made.limits[0]}, "
              f"{self.kills} kills so far, {counts['unknown']} unknown", flush=True)


def quantiles(values):
    values = sorted(values)
    at = [values[min(len(values) - 1, int(share * len(values)))] for share in (0.5, 0.99)]
    return f"p50 {at[0]}, p99 {at[1]}, max {values[-1]}"


def report(loops, seed):
    total = {name: sum(getattr(loop, name) for loop in loops)
             for name in ("kills", "early", "rounds", "rows", "sent", "unknown")}
    print("{kills} kills in {rounds} campaigns of {rows} rows (seed {0}): {sent} processed, 0 twice, "
          "0 lost, {unknown} unknown; {early} came before the run was there".format(seed, **total))
    by_rate = collections.defaultdict(list)
    for loop in loops:
        for rate, doubts in loop.doubts.items():
            by_rate[rate] += doubts
    for rate, doubts in sorted(by_rate.items()):
        bounds = [bound for _, bound in doubts if bound is not None]
        print(f"at {rate}/s, {len(doubts)} kills: rows in doubt {quantiles([d for d, _ in doubts])}"
              + (f"; printed bound {quantiles(bounds)}" if bounds else ""))
    if total["kills"]:
        print(f"95 % bound on a failure rate that this would have missed: 3/{total['kills']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("kills", type=int, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--rates", default="100,300,1000", help="messages a second, one a campaign",
                        type=lambda text: [int(word) for word in text.split(",")])
    parser.add_argument("--at-once", type=int, default=1, help="loops side by side")
    parser.add_argument("--gateway", action="store_true", help="against tidings gateway")
    options = parser.parse_args()
    campaign.PROGRAM = os.path.abspath(options.program)
    print(f"seed {options.seed}", flush=True)
    shares = [options.kills // options.at_once + (i < options.kills % options.at_once)
              for i in range(options.at_once)]
    loops = [Loop(options, share, options.seed * 1000 + i) for i, share in enumerate(shares)]
    with concurrent.futures.ThreadPoolExecutor(options.at_once) as threads:
        for one in [threads.submit(loop.run) for loop in loops]:
            one.result()
    report(loops, options.seed)


if __name__ == "__main__":
    main()
