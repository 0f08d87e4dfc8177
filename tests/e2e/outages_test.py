#!/usr/bin/env python3
"""An endpoint in trouble: an outage costs what was in flight and a few rows, however long it is, and
the run goes on by itself. The gateway serves; its admin port makes it be gone and come back."""

import re
import time
import unittest

import campaign
from campaign import List, Scenario, until

RISKED = 12  # rows beyond those in flight when it began
QUICK = 'ask_every = "100ms..500ms"'

# Of proxies and firewalls, also for an empty body.
GONE = '[[fault]]\nwhat = "outage"\n'
HALF_GONE = '[[fault]]\nwhat = "outage"\nprobability = 0.5\n'
BLOCK = '[[fault]]\nwhat = "block"\n'
SILENT = '[[fault]]\nwhat = "delay_before"\nwait = "10m"\n'
# Of the platform's answers; an empty body is answered 412 meanwhile.
UNAVAILABLE = '[[fault]]\nwhat = "unavailable"\n'
FAILURE = '[[fault]]\nwhat = "failure"\n'


class Outage(Scenario):
    def begin(self, rows=1500, limits=("400/1s",), trouble=QUICK, **settings):
        self.gateway = campaign.Gateway(self.folder)
        self.ending.append(self.gateway)
        made = self.campaign(self.gateway, List(rows, odd=False), limits=list(limits),
                             trouble=trouble, **settings)
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: self.gateway.arrived() > 100, 60, process.stderr)
        return made, process

    def faults(self, tables):
        self.gateway.change(tables, "faults")

    def in_trouble(self, made):
        """What `status` says it waits for, once that is an endpoint."""
        return until(lambda: "in trouble" in self.waits_for(made) and self.waits_for(made), 60,
                     "it is not in trouble")

    def told(self, made):
        lines = made.run("status", made.run_folder, "--json").json_lines()
        return lines[-1] if lines else {"waiting_for": "", "trouble": []}

    def waits_for(self, made):
        return self.told(made)["waiting_for"]

    def asked(self, made, least):
        """Until it was asked so often since trouble began; or is well, where half of it is gone."""
        def look():
            told = re.search(r"; (\d+) questions? so far", self.waits_for(made))
            return told and int(told.group(1)) >= least
        until(look, 60, "it is not asked")

    def unknown_within(self, made, in_flight):
        unknown = made.counts()["unknown"]
        self.assertLessEqual(unknown, in_flight + RISKED)
        return unknown

    def outage(self, tables, in_flight=64, **settings):
        made, process = self.begin(**settings)
        self.faults(tables)
        self.assertIn("localhost", self.in_trouble(made))
        self.asked(made, 3)
        for one in self.told(made)["trouble"]:  # none: half of it is well enough by chance
            self.assertEqual((one["bot"], one["name"][:9]), (campaign.BOT, "localhost"))
            self.assertGreaterEqual(one["questions"], 1)
        self.faults("")
        status = process.wait(120)
        self.assertIsNotNone(status, process.stderr)
        self.unknown_within(made, in_flight)
        # Of this process: the judge resumes.
        self.assertGreater(made.summary()["trouble"]["questions"], 2)
        self.judge(made)
        log = (made.run_folder / "tidings.log").read_text(encoding="utf-8")
        self.assertRegex(log, "is in trouble")
        self.assertRegex(log, "is well again")
        return made, status

    def test_a_backend_that_is_gone(self):
        self.outage(GONE)

    def test_half_of_the_backends_are_gone(self):
        self.outage(HALF_GONE)

    def test_answers_that_only_time_out(self):
        self.outage(SILENT, bot_more='request_timeout = "4s"\nlate_for = "1s"\n'
                                     'connect_timeout = "1s"')

    def test_a_firewalls_page_burns_nothing(self):
        made, status = self.outage(BLOCK)
        self.assertEqual(status, campaign.ACCEPTED)
        self.assertEqual(made.counts()["unknown"], 0)

    def bad_answers(self, tables):
        """Only messages meet it, so that each question is answered well: slow starts, again and
        again, cost a row each at growing pauses."""
        made, process = self.begin()
        self.faults(tables)
        self.in_trouble(made)
        time.sleep(3)
        self.faults("")
        self.assertIsNotNone(process.wait(120), process.stderr)
        self.unknown_within(made, 64)
        self.judge(made)

    def test_a_front_that_says_503_after_the_message_was_processed(self):
        self.bad_answers(UNAVAILABLE)

    def test_successes_that_say_failure(self):
        self.bad_answers(FAILURE)

    def test_across_a_kill_and_a_resume(self):
        made, process = self.begin()
        self.faults(GONE)
        self.in_trouble(made)
        self.asked(made, 3)
        process.signal(9)
        process.wait(60)
        again = made.start("resume", made.run_folder, "--no-progress")
        self.asked(made, 2)
        self.faults("")
        self.assertIsNotNone(again.wait(120), again.stderr)
        self.unknown_within(made, 64)
        self.judge(made)

    def test_one_that_does_not_end_is_given_up_with_its_rows_kept(self):
        made, process = self.begin(
            trouble='ask_every = "100ms..200ms"\ngive_up = "2s"')
        self.faults(GONE)
        self.assertEqual(process.wait(60), campaign.STOPPED, process.stderr)
        self.unknown_within(made, 64)
        self.assertIn("trouble.give_up", made.summary()["reason"])
        self.assertGreater(made.summary()["unsent"], 0)
        self.faults("")
        made.resume()
        self.judge(made)


if __name__ == "__main__":
    unittest.main()
