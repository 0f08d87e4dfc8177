#!/usr/bin/env python3
"""Signals, pacing and restarts, against an endpoint with true rolling windows."""

import signal
import time
import unittest

import campaign
import oracle
from campaign import List, Scenario, until


class Signals(Scenario):
    def running(self, rows=3000, latency="0.05..0.2", **settings):
        self.server = self.endpoint("--latency", latency)
        made = self.campaign(self.server, List(rows), **({"limits": ["300/1s"]} | settings))
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: len(self.server.ledger().arrived) > 100, 30, "nothing was sent")
        return made, process

    def finish(self, made):
        self.expect_status(made.resume(), campaign.ACCEPTED)
        return self.judge(made)

    def drain(self, name):
        made, process = self.running()
        process.signal(name)
        self.assertEqual(process.wait(30), campaign.STOPPED, process.stderr)
        self.assertEqual(made.counts()["unknown"], 0)
        self.judge(made, unfinished=True)
        self.finish(made)

    def test_one_interrupt_drains(self):
        self.drain(signal.SIGINT)

    def test_one_sigterm_drains(self):
        self.drain(signal.SIGTERM)

    def test_a_terminal_that_goes_away_drains(self):
        self.drain(signal.SIGHUP)

    def test_a_hangup_that_was_to_be_ignored_is(self):
        self.server = self.endpoint()
        made = self.campaign(self.server, List(200), limits=["100/1s"])
        process = made.start("send", made.file, "--yes", "--no-progress", through=["nohup"])
        until(lambda: len(self.server.ledger().arrived) > 20, 30, "nothing was sent")
        process.signal(signal.SIGHUP)
        self.assertEqual(process.wait(30), campaign.ACCEPTED, process.stderr)
        self.judge(made)

    def test_nobody_is_asked_without_a_terminal(self):
        self.server = self.endpoint()
        made = self.campaign(self.server, List(20))
        process = made.run("send", made.file)
        self.expect_status(process, campaign.USAGE)
        self.assertIn("--yes", process.stderr)
        self.assertEqual(len(self.server.ledger().arrived), 0)

    def test_a_second_signal_stops_at_once_and_leaves_what_was_in_flight_unknown(self):
        made, process = self.running(rows=300, latency="3..4", limits=[], connections=64)
        process.signal(signal.SIGINT)
        time.sleep(0.2)
        self.assertTrue(process.running(), "one signal did not wait for what was in flight")
        asked = time.monotonic()
        process.signal(signal.SIGINT)
        status = process.wait(10)
        print(f"stopped after {time.monotonic() - asked:.3f} s", flush=True)
        self.assertIn(status, (campaign.SOME_UNKNOWN, campaign.STOPPED), process.stderr)
        self.assertGreater(made.counts()["unknown"], 0)
        self.judge(made, unfinished=True)
        # The rest goes out; what is in doubt stays so.
        doubts = made.counts()["unknown"]
        self.assertEqual(made.resume(seconds=300).status, campaign.SOME_UNKNOWN)
        self.assertEqual(made.counts()["unknown"], doubts)
        self.judge(made)

    def test_a_stopped_process_makes_no_burst_when_it_goes_on(self):
        made, process = self.running(rows=1500)
        process.signal(signal.SIGSTOP)
        time.sleep(5)
        process.signal(signal.SIGCONT)
        self.assertIn(process.wait(60), (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        self.judge(made)

    def test_control_pause_continue_stop(self):
        made, process = self.running()
        self.expect_status(made.run("control", made.run_folder, "pause"), 0)
        time.sleep(1)
        before = len(self.server.ledger().arrived)
        time.sleep(2)
        self.assertEqual(len(self.server.ledger().arrived), before, "it sent while it was paused")
        self.expect_status(made.run("status", made.run_folder), 0)
        self.expect_status(made.run("control", made.run_folder, "continue"), 0)
        until(lambda: len(self.server.ledger().arrived) > before, 10, "it did not go on")
        self.expect_status(made.run("control", made.run_folder, "stop"), 0)
        self.assertEqual(process.wait(30), campaign.STOPPED, process.stderr)
        self.judge(made, unfinished=True)
        self.finish(made)


class Pacing(Scenario):
    """The endpoint refuses what is over its rolling windows: it must have nothing to refuse."""

    def paced(self, limits, rows, latency="0.005..0.12", sender_limits=(), **settings):
        words = [word for limit in limits for word in ("--limit", limit)]
        words += [word for limit in sender_limits for word in ("--sender-limit", limit)]
        made = self.campaign(self.endpoint("--latency", latency, *words), List(rows, odd=False),
                             limits=limits, sender_limits=list(sender_limits), **settings)
        return made

    def refusals(self, ledger):
        return sum(status == 429 for status in ledger.status.values())

    def exact(self, pace):
        made = self.paced(["40/2s", "100/7s"], 350, pace=pace)
        self.expect_status(made.first(), campaign.ACCEPTED)
        ledger, _, _ = self.judge(made)
        self.assertEqual(self.refusals(ledger), 0)
        times = [event["at"] for event in ledger.arrived]
        worst = oracle.worst_window(times, 2), oracle.worst_window(times, 7)
        print(f"{pace}: 350 messages under 40/2s and 100/7s in {max(times) - min(times):.2f} s; worst "
              f"windows {worst[0]} and {worst[1]}", flush=True)
        # There was work all the time, so the budget must have been used.
        self.assertGreaterEqual(worst[1], 90)

    def test_windows_of_seconds_earliest(self):
        self.exact("earliest")

    def test_windows_of_seconds_even(self):
        self.exact("even")

    def test_windows_of_seconds_burst(self):
        self.exact("burst")

    def test_a_sender_has_a_limit_of_its_own(self):
        made = self.paced([], 60, sender_limits=["20/2s"])
        self.expect_status(made.first(), campaign.ACCEPTED)
        ledger, _, _ = self.judge(made)
        self.assertEqual(self.refusals(ledger), 0)

    def test_windows_hold_over_a_restart_in_the_middle(self):
        made = self.paced(["60/6s"], 200, pace="burst")
        server = made.endpoint
        for at in (30, 70, 110):
            started = made.start(*(("send", made.file) if at == 30 else ("resume", made.run_folder)),
                                 "--yes", "--no-progress")
            until(lambda at=at: len(server.ledger().arrived) >= at, 60, f"{at} never arrived")
            started.signal(signal.SIGINT)
            self.assertEqual(started.wait(30), campaign.STOPPED, started.stderr)
        self.expect_status(made.resume(), campaign.ACCEPTED)
        ledger, _, _ = self.judge(made)
        self.assertEqual(self.refusals(ledger), 0)

    def test_windows_hold_over_two_campaigns_on_one_bot(self):
        made = self.paced(["60/8s"], 60, pace="burst")
        self.expect_status(made.first(), campaign.ACCEPTED)
        (self.folder / "more.csv").write_bytes(List(60, odd=False, first=5000).csv())
        second = made.first("--name", "second", "--recipients", "more.csv")
        self.expect_status(second, campaign.ACCEPTED)
        ledger = made.endpoint.ledger()
        self.assertEqual(oracle.check_windows(ledger, ["60/8s"]), [])
        self.assertEqual(self.refusals(ledger), 0)
        self.assertEqual(sum(ledger.processed.values()), 120)

    def test_a_server_that_gives_less_than_asked_is_obeyed(self):
        made = self.campaign(self.endpoint("--limit", "10/1s"), List(60, odd=False),
                             limits=["40/1s"])
        self.expect_status(made.first(seconds=240), campaign.ACCEPTED)
        ledger, _, _ = self.judge(made, limits=[])
        print(f"{self.refusals(ledger)} refusals for 60 messages", flush=True)
        self.assertEqual(sum(ledger.processed.values()), 60)


if __name__ == "__main__":
    unittest.main()
