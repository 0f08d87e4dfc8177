#!/usr/bin/env python3
"""What the endpoint sees of limits and pace, and what `plan` says beforehand. Durations are judged by
scripts/judge-pacing, which takes its time: nothing here depends on how fast this machine is."""

import json
import signal
import unittest

import campaign
import judge_pacing
import oracle
from campaign import List, Scenario, until
from judge_pacing import Bot, Shape


class Budget(Scenario):
    def judged(self, shape, used_min):
        found = judge_pacing.judge(shape, "0.005..0.1", self.folder)
        print(f"{shape.name}: planned {found.planned:.2f} s, took {found.actual - found.away:.2f} s, "
              f"{100 * found.used:.1f} % used; {', '.join(found.windows)}", flush=True)
        self.assertEqual(found.complaints, [])
        self.assertEqual(found.refusals, 0)
        self.assertGreaterEqual(found.used, used_min)

    def test_two_rings(self):
        self.judged(Shape("two rings", 60, [Bot(["10/1s", "30/3s"])]), 0.7)

    def test_two_bots_of_an_account_and_their_senders(self):
        self.judged(Shape("account", 60, [Bot(["20/2s"], 2, ("9/1s",)), Bot(["20/2s"])],
                          account=("30/3s",)), 0.7)


class Learned(Scenario):
    """A server that gives 10/6s where 40/6s was asked for (its text names the minute)."""

    def begun(self):
        made = self.campaign(self.endpoint("--limit", "10/6s"), List(14, odd=False),
                             limits=["40/6s"])
        self.assertEqual(self.decided_by(made), "40/6s")
        return made

    def decided_by(self, made):
        return made.run("plan", made.file, "--json").json_lines()[0]["decided_by"]

    def kept(self, made):
        for path in (made.folder / "state/tidings/bots").glob("*.json"):
            return json.loads(path.read_text(encoding="utf-8"))["learned"]
        return []

    def test_the_next_campaign_on_the_bot_knows(self):
        made = self.begun()
        self.expect_status(made.first(seconds=100), campaign.ACCEPTED)
        count, _ = oracle.limit_of(self.decided_by(made))
        self.assertLess(count, 40)
        self.assertIn("asked for 40/6s", made.run("plan", made.file).stdout)

    def test_a_kill_does_not_make_it_forget(self):
        made = self.begun()
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: self.kept(made), 30, "what was learned was not written down")
        process.signal(signal.SIGKILL)
        process.wait(10)
        count, _ = oracle.limit_of(self.decided_by(made))
        self.assertLess(count, 40)


class Plan(Scenario):
    def test_counts_by_country_sender_and_zone(self):
        made = self.campaign(self.endpoint(), List(300), limits=["100/1s"])
        plan = made.run("plan", made.file, "--json").json_lines()[0]
        self.assertEqual(plan["countries"], [{"countries": ["US"], "rows": 300}])
        self.assertEqual(plan["senders"], [{"from": campaign.SENDER, "bot": campaign.BOT,
                                            "rows": 300}])
        self.assertEqual(plan["time_zones"], [{"time_zones": ["America/Los_Angeles"],
                                               "rows": 300}])
        text = made.run("plan", made.file).stdout
        for words in ("by country", "by sender", "by time zone", "America/Los_Angeles"):
            self.assertIn(words, text)

    def test_without_a_limit_it_promises_no_time(self):
        made = self.campaign(self.endpoint(), List(300))
        plan = made.run("plan", made.file, "--json").json_lines()[0]
        self.assertEqual((plan["decided_by"], plan["finish"]), ("nothing", None))
        text = made.run("plan", made.file).stdout
        self.assertIn("no limit: as fast as the connections allow", text)
        self.assertNotIn("from now", text)

    def test_a_cap_is_seen_beforehand(self):
        made = self.campaign(self.endpoint(), List(300, odd=False), limits=["100/1s"],
                             more="messages_max = 50")
        plan = made.run("plan", made.file, "--json").json_lines()[0]
        self.assertEqual(plan["left_over"], 250)


if __name__ == "__main__":
    unittest.main()
