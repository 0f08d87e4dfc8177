#!/usr/bin/env python3
"""Kills the real program with SIGKILL at random moments, resumes it, and asks the endpoint.

  kill_loop.py PROGRAM [KILLS] [--seed N] [--rows N] [--gateway]

Campaign after campaign is sent until it was killed KILLS times; each is then finished and judged by
the endpoint's ledger (nobody twice, nobody lost, in doubt within the bound). SIGKILL leaves the page
cache alone, so this does not test that what is synced is on the disk: the simulated disk of the unit
tests does.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile

import campaign
import oracle


class Loop:
    def __init__(self, options):
        self.options = options
        self.dice = random.Random(options.seed)
        self.kills = self.rows = self.sent = self.unknown = self.rounds = 0
        self.doubts, self.bounds = [], []

    def run(self):
        while self.kills < self.options.kills:
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
        rate = self.dice.choice([100, 300, 1000])
        rows = campaign.List(min(self.options.rows, rate * 6), seed=self.dice.randrange(1 << 30))
        low = self.dice.choice([0.0, 0.002, 0.05])
        kind = campaign.Gateway if self.options.gateway else campaign.Endpoint
        endpoint = kind(folder, "--latency", f"{low}..{low * 4}")
        made = campaign.Campaign(folder, endpoint, rows, limits=[f"{rate}/1s"])
        try:
            while True:
                began = made.run_folder.exists()
                words = ("resume", made.run_folder) if began else ("send", made.file)
                process = made.start(*words, "--yes", "--json")
                until = None if self.kills >= self.options.kills else self.moment()
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
            self.dice.uniform(0.15, 1.2)

    def expect_an_end(self, process):
        if process.status not in (campaign.ACCEPTED, campaign.SOME_UNKNOWN):
            raise AssertionError(f"{self.kills} kills, then exit status {process.status}: "
                                 f"{process.stderr[-2000:]}")

    def after_kill(self, made, process):
        lines = process.json_lines() + process.json_lines(process.stderr)
        bounds = [line["in_doubt_max"] for line in lines if "in_doubt_max" in line]
        if not (made.run_folder / "run.json").exists():
            shutil.rmtree(made.run_folder, ignore_errors=True)  # killed before the run was there
            return
        verified = made.run("verify", made.run_folder, "--json")
        for line in verified.json_lines():
            if "in_doubt" in line:
                self.doubts.append(line["in_doubt"])
                if bounds:
                    self.bounds.append((line["in_doubt"], max(bounds)))

    def judge(self, made, process):
        counts = made.counts()
        ledger = made.endpoint.ledger()
        found = oracle.check_messages(made.list.rows, made.outcomes(), ledger)
        found += oracle.check_windows(ledger, made.limits)
        found += oracle.check_accounts(made.outcomes(), made.summary(), made.list.rows)
        bound = made.summary()["in_doubt_max"]
        for doubt, printed in self.bounds:
            found += oracle.check_doubts(doubt, max(printed, bound))
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

    def report(self):
        doubts = sorted(self.doubts)
        print(f"{self.kills} kills in {self.rounds} campaigns of {self.rows} rows (seed "
              f"{self.options.seed}): {self.sent} processed, 0 twice, 0 lost, {self.unknown} unknown")
        if doubts:
            at = [doubts[min(len(doubts) - 1, int(share * len(doubts)))] for share in (0.5, 0.99)]
            print(f"rows in doubt after a kill: p50 {at[0]}, p99 {at[1]}, max {doubts[-1]} "
                  f"({len(doubts)} kills that found a run)")
        if self.kills:
            print(f"95 % bound on a failure rate that this would have missed: 3/{self.kills}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("kills", type=int, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--gateway", action="store_true", help="against tidings gateway")
    options = parser.parse_args()
    campaign.PROGRAM = os.path.abspath(options.program)
    print(f"seed {options.seed}", flush=True)
    loop = Loop(options)
    loop.run()
    loop.report()


if __name__ == "__main__":
    main()
