#!/usr/bin/env python3
"""The machine under the program fails it: its disk, its memory, its files, its clocks.

What a real file system cannot be made to do at the right moment is done by tests/support/fault_shim,
which a program built with sanitizers cannot load: those tests are skipped there.
"""

import errno
import mmap
import os
import pathlib
import random
import resource
import shutil
import signal
import struct
import subprocess
import time
import unittest

import campaign
import oracle
from campaign import List, Scenario, until

SHIM = os.environ.get("TIDINGS_SHIM", "")
LONG = os.environ.get("TIDINGS_LONG") == "1"
HOUR = 3_600_000_000_000
FIELDS = ("wall_ns", "boot_ns", "pwrite_error", "sync_error", "allocate_error", "create_error",
          "memory_fails_at", "memory_lasting", "allocations", "boot", "growth_error")


class Shim:
    """The orders that tests/support/fault_shim.cpp reads, while it reads them."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "orders"
        self.path.write_bytes(bytes(8 * len(FIELDS)))
        with open(self.path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), 8 * len(FIELDS))
        self.environment = {"LD_PRELOAD": SHIM, "TIDINGS_SHIM_ORDERS": str(self.path)}

    def order(self, **orders):
        for name, value in orders.items():
            struct.pack_into("q", self.shared, 8 * FIELDS.index(name), value)

    def told(self, name):
        return struct.unpack_from("q", self.shared, 8 * FIELDS.index(name))[0]


class WithShim(Scenario):
    def setUp(self):
        if not SHIM:
            self.skipTest("no shim: the program is built with sanitizers, or TIDINGS_SHIM is not set")
        super().setUp()
        self.shim = Shim(self.folder)

    def begin(self, made, *words):
        words = words or ("send", made.file)
        return made.start(*words, "--yes", "--no-progress", **self.shim.environment)

    def under_load(self, made, count=60):
        process = self.begin(made)
        until(lambda: len(made.endpoint.ledger().arrived) >= count, 30, "nothing was sent")
        return process

    def ends_with(self, process, *statuses, seconds=60):
        self.assertIn(process.wait(seconds), statuses, process.stderr[-3000:])

    def finish(self, made):
        """Resumed on a sound machine, it comes to its end and the oracle is content."""
        process = made.resume()
        self.ends_with(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        self.judge(made)
        return made.counts()


class Disk(WithShim):
    """Row 10 of docs/faults.md, and what is left of row 8 for the real program."""

    def small(self, rows=600, **settings):
        return self.campaign(self.endpoint("--latency", "0.01..0.05"), List(rows, odd=False),
                             **({"limits": ["200/1s"]} | settings))

    def test_a_quota_that_is_used_up_pauses_and_goes_on_by_itself(self):
        made = self.small()
        process = self.under_load(made)
        # Room that is reserved can be written; no more can be reserved, nor files be made.
        self.shim.order(allocate_error=errno.EDQUOT, create_error=errno.EDQUOT,
                        growth_error=errno.EDQUOT)
        time.sleep(1.5)
        self.assertTrue(process.running(), process.stderr)
        behind = (made.run_folder / "outcomes.ndjson").stat().st_size
        time.sleep(0.5)
        self.assertEqual((made.run_folder / "outcomes.ndjson").stat().st_size, behind)
        self.shim.order(allocate_error=0, create_error=0, growth_error=0)
        self.ends_with(process, campaign.ACCEPTED)
        self.judge(made)
        self.assertEqual(made.counts()["accepted"], 600)

    def stops(self, **orders):
        made = self.small()
        process = self.under_load(made)
        self.shim.order(**orders)
        self.ends_with(process, campaign.JOURNAL)
        sent = len(made.endpoint.ledger().arrived)
        self.shim.order(**{name: 0 for name in orders})
        counts = self.finish(made)
        print(f"stopped after {sent} messages: {process.stderr.strip()[-300:]}\n{dict(counts)}",
              flush=True)
        return counts

    def test_a_file_system_that_turns_read_only_stops_it(self):
        self.stops(pwrite_error=errno.EROFS, sync_error=errno.EROFS, allocate_error=errno.EROFS,
                   create_error=errno.EROFS)

    def test_a_sync_that_fails_stops_it_and_the_emergency_log_keeps_the_answers(self):
        # The journal's own files fail; the emergency log is made on what is left.
        counts = self.stops(sync_error=errno.EIO)
        self.assertLess(counts["unknown"], 60)

    def test_a_write_that_fails_stops_it(self):
        self.stops(pwrite_error=errno.EIO)

    def test_a_run_folder_that_is_removed_stops_it(self):
        made = self.small(rows=2000)
        process = self.under_load(made)
        shutil.rmtree(made.run_folder)
        before = len(made.endpoint.ledger().arrived)
        self.ends_with(process, campaign.JOURNAL)
        after = len(made.endpoint.ledger().arrived)
        print(f"{after - before} messages left after it was removed", flush=True)
        self.assertLess(after - before, 200)  # what was released before, and one commit
        self.assertRegex(process.stderr, "No such file")
        self.assertEqual(max(made.endpoint.ledger().processed.values()), 1)


class Files(Scenario):
    """EMFILE: it runs out of file descriptors."""

    def test_no_more_files_may_be_opened_in_the_middle(self):
        made = self.campaign(self.endpoint("--latency", "0.02..0.1", "--idle", "0.05..0.4"),
                             List(600, odd=False), limits=["150/1s"], connections=32)
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: len(made.endpoint.ledger().arrived) >= 60, 30, "nothing was sent")
        resource.prlimit(process.child.pid, resource.RLIMIT_NOFILE, (8, 4096))
        # Steering needs a descriptor too; it must not spin on the one it cannot have.
        control = made.start("control", made.run_folder, "pause")
        used = self.processor_of(process)
        time.sleep(2)
        used = self.processor_of(process) - used if process.running() else 0.0
        control.end()
        print(f"{used:.2f} s of processor in 2 s without descriptors", flush=True)
        self.assertLess(used, 1.0, "it spins")
        if process.running():
            resource.prlimit(process.child.pid, resource.RLIMIT_NOFILE, (4096, 4096))
            made.run("control", made.run_folder, "continue")
        self.assertIn(process.wait(90), (campaign.ACCEPTED, campaign.SOME_UNKNOWN,
                                         campaign.JOURNAL), process.stderr[-3000:])
        print(f"ended with {process.status}: {process.stderr.strip()[-300:]}", flush=True)
        if process.status == campaign.JOURNAL:
            made.resume()
        self.judge(made)

    def test_a_limit_on_the_size_of_files_is_waited_for(self):
        made = self.campaign(self.endpoint("--latency", "0.005..0.02"), List(1800, odd=False),
                             limits=["600/1s"], connections=32)
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: (made.run_folder / "outcomes.ndjson").exists(), 30, "nothing was recorded")
        # More than the journal's first segment, less than the outcome log will need.
        resource.prlimit(process.child.pid, resource.RLIMIT_FSIZE, (300_000, -1))
        until(lambda: len(made.endpoint.ledger().arrived) >= 1800, 60, "it stopped sending")
        time.sleep(1)
        self.assertTrue(process.running(), f"{process.status} {process.stderr[-3000:]}")
        resource.prlimit(process.child.pid, resource.RLIMIT_FSIZE, (-1, -1))
        self.assertEqual(process.wait(60), campaign.ACCEPTED, process.stderr[-3000:])
        self.judge(made)

    @staticmethod
    def processor_of(process):
        fields = pathlib.Path(f"/proc/{process.child.pid}/stat").read_text(encoding="ascii")
        words = fields.rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def test_too_few_files_at_the_start(self):
        made = self.campaign(self.endpoint(), List(20, odd=False))
        for most in (4, 6, 8, 10, 12, 14):
            process = subprocess.run(
                ["prlimit", f"--nofile={most}", campaign.PROGRAM, "send", made.file, "--yes",
                 "--no-progress", "--again", f"with-{most}"], cwd=self.folder, timeout=30,
                capture_output=True, text=True, check=False, env=made.environment())
            print(f"{most} descriptors: {process.returncode} {process.stderr.strip()[-160:]}",
                  flush=True)
            self.assertIn(process.returncode, (campaign.INTERNAL, campaign.UNUSABLE,
                                               campaign.JOURNAL), process.stderr)
            self.assertRegex(process.stderr, "Too many open files|descriptor|permissions")
        self.assertEqual(made.endpoint.ledger().arrived, [])


class Memory(WithShim):
    """An allocation fails: it may end the program, never send without a record."""

    def test_an_allocation_fails_at_any_moment(self):
        endpoint = self.endpoint("--latency", "0.001..0.01")
        made = self.campaign(endpoint, List(40, odd=False), limits=["400/1s"])
        self.ends_with(self.begin(made), campaign.ACCEPTED)
        total = self.shim.told("allocations")
        shutil.rmtree(made.run_folder)
        dice = random.Random(campaign.SEED)
        trials, ended = (400 if LONG else 12), []
        for trial in range(trials):
            rows = List(40, odd=False, first=100 * (trial + 1))
            one = self.campaign(endpoint, rows, name=f"trial-{trial}", limits=["400/1s"])
            # Most of them are made at the start: half of the trials hit what comes later.
            first = total * 3 // 4 if trial % 2 else 1
            self.shim.order(allocations=0, memory_fails_at=dice.randrange(first, total),
                            memory_lasting=trial % 4 // 2)
            process = self.begin(one)
            self.assertIsNotNone(process.wait(60), "it hangs")
            ended.append(process.status)
            self.assertIn(process.status, (0, campaign.INTERNAL, campaign.SOME_UNKNOWN,
                                           campaign.UNUSABLE, -6))
            if process.status == -6:  # before main(), where nothing of ours runs yet
                self.assertNotIn("begins", process.stderr)
            self.shim.order(memory_fails_at=0)
            self.sound(one)
        print(f"{trials} trials among {total} allocations, ended with "
              f"{ {one: ended.count(one) for one in sorted(set(ended))} }", flush=True)

    def sound(self, made):
        process = made.resume() if (made.run_folder / "run.json").exists() else made.first()
        self.ends_with(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        book = made.endpoint.ledger()
        listed = {row.to for row in made.list.rows}
        book.arrived = [one for one in book.arrived if one["to"] in listed]
        found = oracle.check_messages(made.list.rows, made.outcomes(), book)
        self.assertEqual(found, [])


class Clocks(WithShim):
    """Rows 12 and 14: the machine sleeps, its calendar is set, it is started again."""

    LIMIT = "40/4s"

    def endpoint_with_clock(self, *options):
        """Its calendar moves with the program's; its certificate is older than any of these moves."""
        self.shim.order(wall_ns=-2 * HOUR)
        made = self.endpoint("--latency", "0.005..0.05", *options,
                             environment=self.shim.environment)
        self.shim.order(wall_ns=0)
        return made

    def windows(self, *moves, rows=110, kill=True):
        """The run is killed or drained twice in the middle; the clocks move in between."""
        endpoint = self.endpoint_with_clock()
        made = self.campaign(endpoint, List(rows, odd=False), limits=[self.LIMIT], pace="burst")
        for part, move in enumerate(moves):
            process = self.begin(made, *(("resume", made.run_folder) if part else ()))
            wanted = len(made.endpoint.ledger().arrived) + 25
            until(lambda wanted=wanted: len(made.endpoint.ledger().arrived) >= wanted, 30,
                  "it does not go on")
            process.signal(signal.SIGKILL if kill and part % 2 else signal.SIGTERM)
            process.wait(30)
            self.shim.order(**move)
        process = self.begin(made, "resume", made.run_folder)
        self.ends_with(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        ledger, _, _ = self.judge(made)
        times = [event["at"] for event in ledger.arrived]
        print(f"worst window of {self.LIMIT}: {oracle.worst_window(times, 4)}, all in "
              f"{max(times) - min(times):.1f} s, {dict(made.counts())}", flush=True)

    def test_the_calendar_is_set_an_hour_ahead_and_back_between_runs(self):
        self.windows({"wall_ns": HOUR}, {"wall_ns": -HOUR})

    def test_another_boot_and_the_calendar_an_hour_back(self):
        # No clock can be trusted: what was sent counts as sent now, so it only takes longer.
        self.windows({"boot": 2, "boot_ns": -HOUR // 60, "wall_ns": -HOUR}, rows=70)

    def test_another_boot_and_a_calendar_that_went_on(self):
        self.windows({"boot": 2, "boot_ns": -HOUR // 60}, {"boot": 3, "boot_ns": HOUR // 60})

    def moved_under_load(self, **orders):
        """The clocks jump while messages are under way; tokens must be good before and after."""
        endpoint = self.endpoint_with_clock("--idle", "0.1..0.5")
        made = self.campaign(endpoint, List(400, odd=False), limits=["100/1s"])
        process = self.under_load(made)
        self.shim.order(**orders)
        self.ends_with(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        ledger, _, _ = self.judge(made)
        print(f"{dict(made.counts())}, {len(ledger.refused)} tokens refused", flush=True)
        # A kept connection that the server closes in the moment of the write leaves a doubt.
        self.assertLessEqual(made.counts()["unknown"], 4)
        self.assertEqual(made.counts()["accepted"] + made.counts()["unknown"], 400)
        return ledger

    def test_the_calendar_jumps_an_hour_ahead_under_load(self):
        ledger = self.moved_under_load(wall_ns=HOUR)
        self.assertLessEqual(len(ledger.refused), 2)

    def test_the_calendar_jumps_an_hour_back_under_load(self):
        ledger = self.moved_under_load(wall_ns=-HOUR)
        self.assertLessEqual(len(ledger.refused), 32)

    def test_it_sleeps_for_three_hours(self):
        endpoint = self.endpoint_with_clock()
        made = self.campaign(endpoint, List(400, odd=False), limits=["100/1s"])
        process = self.under_load(made)
        process.signal(signal.SIGSTOP)
        self.shim.order(wall_ns=3 * HOUR, boot_ns=3 * HOUR)
        time.sleep(1.2)  # a window at the endpoint, whose monotonic clock does not jump
        process.signal(signal.SIGCONT)
        self.ends_with(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        ledger, _, _ = self.judge(made)
        print(f"{dict(made.counts())}, {len(ledger.refused)} tokens refused", flush=True)


class Stopped(Scenario):
    """Row 12: it is stopped for as long as its peers and its deadlines last, then goes on."""

    def test_it_stands_still_for_longer_than_every_timeout(self):
        seconds = 90 if LONG else 5
        made = self.campaign(self.endpoint("--latency", "0.05..0.2", "--idle", "3"),
                             List(900, odd=False), limits=["150/1s"],
                             bot_more=f'request_timeout = "{seconds // 3}s"\nlate_for = "1s"')
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: len(made.endpoint.ledger().arrived) >= 150, 30, "nothing was sent")
        process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.signal(signal.SIGCONT)
        self.assertIn(process.wait(90), (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        self.judge(made)
        print(f"stopped for {seconds} s: {dict(made.counts())}", flush=True)


if __name__ == "__main__":
    unittest.main()
