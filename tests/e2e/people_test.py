#!/usr/bin/env python3
"""Whom a run texted: a repeat of its list is found wherever it comes from, and what is told of a run
is of its own people, whatever became of the list file."""

import csv
import datetime
import io
import json
import os
import shutil
import signal
import unittest

import campaign
from campaign import List, Scenario, number

HEADER = "name,toNo\n"


class Repeats(Scenario):
    """The same people are not texted by a second run that nobody meant."""

    def sent(self, rows=60, endpoint=None, **settings):
        made = self.campaign(endpoint or self.endpoint(), List(rows, odd=False), **settings)
        self.expect_status(made.first(), campaign.ACCEPTED)
        return made

    def expect_refused(self, made, *more, **options):
        before = len(made.endpoint.ledger().arrived)
        second = made.first("--name", "second", *more, **options)
        self.expect_error(second, campaign.USAGE, "this list went to this bot before",
                          "run november", "--again NAME")
        self.assertEqual(len(made.endpoint.ledger().arrived), before)
        self.assertFalse((self.folder / "runs" / "second").exists())
        self.assertEqual(list(self.folder.glob("**/second.people")), [])
        return second

    def other_bytes(self, made):
        """Sorted the other way, one twice, with a column more."""
        rows = sorted(row.to for row in made.list.rows)[::-1]
        path = self.folder / "other.csv"
        path.write_text("more,toNo\n" + "".join(f"x,{to}\n" for to in rows + rows[:1]),
                        encoding="utf-8")
        return path

    def test_in_other_bytes_and_another_home(self):
        made = self.sent()
        self.expect_refused(made, "--recipients", self.other_bytes(made),
                            XDG_STATE_HOME=str(self.folder / "another"))

    def test_without_a_home(self):
        made = self.sent()
        process = made.start("send", made.file, "--yes", "--no-progress", "--name", "second",
                             through=("env", "-u", "XDG_STATE_HOME", "-u", "HOME"))
        process.wait(60)
        self.expect_error(process, campaign.USAGE, "this list went to this bot before")

    def test_when_the_run_was_removed(self):
        made = self.sent()
        shutil.rmtree(made.run_folder)
        again = made.first()
        self.expect_error(again, campaign.USAGE, "this list went to this bot before",
                          "not there any more", "--again NAME")
        self.assertEqual(len(made.endpoint.ledger().arrived), 60)

    def test_from_another_working_folder(self):
        made = self.sent()
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        process = campaign.Process([campaign.PROGRAM, "send", made.file, "--yes", "--no-progress"],
                                   elsewhere, "elsewhere", made.environment())
        process.wait(60)
        self.expect_error(process, campaign.USAGE, "this list went to this bot before")

    def test_in_a_state_folder_that_is_shared(self):
        shared = self.folder / "shared"
        endpoint = self.endpoint()
        lists = List(20, odd=False, first=1000)
        for name, status in (("first", campaign.ACCEPTED), ("other", campaign.USAGE)):
            one = self.campaign(endpoint, lists, name=name)
            process = one.first("--set", f"state={shared}", "--dir", self.folder / f"runs-{name}",
                                XDG_STATE_HOME=str(self.folder / f"state-{name}"))
            self.expect_status(process, status)
        self.assertEqual(len(endpoint.ledger().arrived), 20)

    def test_to_a_host_in_capitals_with_its_port(self):
        endpoint = self.endpoint()
        endpoint.url = endpoint.url.replace("127.0.0.1", "localhost")
        made = self.sent(endpoint=endpoint)
        url = made.endpoint.url.replace("localhost", "LocalHost")
        self.assertNotEqual(url, made.endpoint.url)
        self.expect_refused(made, "--set", f"bot.url={url}/")

    def test_who_means_it_says_so(self):
        made = self.sent()
        process = made.run("send", made.file, "--yes", "--no-progress", "--again", "once-more")
        self.expect_status(process, campaign.ACCEPTED)
        self.assertEqual(len(made.endpoint.ledger().arrived), 120)

    def test_a_part_of_a_list_is_told(self):
        made = self.sent()
        rows = [row.to for row in made.list.rows[:48]] + [number(5000 + i) for i in range(12)]
        (self.folder / "part.csv").write_text(HEADER + "".join(f"x,{to}\n" for to in rows),
                                              encoding="utf-8")
        plan = made.run("plan", made.file, "--recipients", "part.csv")
        words = r"48 of 60 people of this list were on the list of november, which began on 20\d\d-"
        self.assertRegex(plan.stdout, words)
        told = json.loads(made.run("plan", made.file, "--recipients", "part.csv", "--json").stdout)
        self.assertEqual([(one["run"], one["common"], one["people"], one["same"])
                          for one in told["earlier"]], [("november", 48, 60, False)])
        second = made.first("--name", "second", "--recipients", "part.csv")
        self.expect_status(second, campaign.ACCEPTED)
        self.assertRegex(second.stderr, words)


class Rules(Scenario):
    """Whom of a list a campaign is for, and when."""

    def send(self, text, *rules, status=campaign.ACCEPTED, name="november", endpoint=None, **more):
        (self.folder / "who.csv").write_text(text, encoding="utf-8")
        made = self.campaign(endpoint or self.endpoint(), None, recipients="who.csv", name=name,
                             **more)
        self.rules = [word for rule in rules for word in ("--set", rule)]
        self.expect_status(made.first(*self.rules), status)
        return made

    def texted(self, made):
        return sorted(one["to"] for one in made.endpoint.ledger().arrived)

    def details(self, made):
        return {line["row"]: (line["outcome"], line["detail"]) for line in made.outcomes()}

    def test_others_are_suppressed_with_the_reason(self):
        texas, other, canada = number(1), number(2), "+12042345678"
        made = self.send(f"toNo,state,since\n{other},CA,2026-01-01\n{canada},TX,2026-01-01\n"
                         f"+19002345678,TX,2026-01-01\n{number(3)},TX,\n{texas},TX,2026-01-01\n"
                         f"{other},TX,2026-01-01\n",
                         "recipients.where=state = TX", "recipients.countries=US",
                         "recipients.consent=since", "recipients.consent_max_age=3650d")
        self.assertEqual(self.texted(made), sorted([texas, other]))
        self.assertEqual(self.details(made), {
            1: ("suppressed", "where: state is not TX"),
            2: ("suppressed", "country: CA is not in countries"),
            3: ("suppressed", "type: premium is not in types"),
            4: ("suppressed", "consent: none"), 5: ("accepted", ""), 6: ("accepted", "")})
        self.assertEqual(made.summary()["suppressed_by"],
                         {"country": 1, "type": 1, "where": 1, "consent": 1})
        self.expect_status(made.verify(), 0)
        plan = json.loads(made.run("plan", made.file, *self.rules, "--json").stdout)
        self.assertEqual(plan["sendable"], 2)
        self.assertEqual(plan["suppressed_by"], made.summary()["suppressed_by"])

    def test_two_parts_of_one_list_are_two_campaigns(self):
        text = "toNo,state\n" + "".join(f"{number(i)},{'TX' if i % 2 else 'CA'}\n"
                                        for i in range(20))
        first = self.send(text, "recipients.where=state = TX")
        second = self.send(text, "recipients.where=state = CA", name="second",
                           endpoint=first.endpoint)
        self.assertEqual(self.texted(second), sorted(number(i) for i in range(20)))
        again = second.first("--set", "recipients.where=state = TX", "--name", "third")
        self.expect_error(again, campaign.USAGE, "this list went to this bot before")

    def test_a_rows_own_moments(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        soon, late = now + datetime.timedelta(seconds=3), now - datetime.timedelta(hours=1)
        text = (f"toNo,go,end\n{number(1)},{soon.isoformat()},\n{number(2)},,{late.isoformat()}\n"
                f"{number(3)},,\n")
        made = self.send(text, "recipients.send_at=go", "recipients.expires_at=end",
                         status=campaign.SOME_NOT)
        self.assertEqual(self.texted(made), sorted([number(1), number(3)]))
        at = {one["to"]: one["wall"] for one in made.endpoint.ledger().arrived}
        self.assertGreaterEqual(at[number(1)], int(soon.timestamp()))
        self.assertEqual(self.details(made)[2],
                         ("expired", "its deadline came before it could be sent"))
        plan = made.run("plan", made.file, *self.rules)
        self.assertRegex(plan.stdout, "rows with a send_at of their own: 1, the last ")
        self.assertRegex(plan.stdout, r"expired +1\n")

    def test_the_rules_of_where_they_are(self):
        dallas, other, by_number = "+16502345671", "+16502345672", "+12142345673"
        made = self.send(f"toNo,state\n{dallas},75001\n{other},California\n{by_number},\n",
                         "recipients.region=state", "schedule.rule.where=US-TX",
                         "schedule.rule.hours=none", "stop.duration_max=2s",
                         status=campaign.STOPPED)
        self.assertEqual(self.texted(made), [other])
        self.assertEqual(made.summary()["hours_rules"], ["US-TX: no messages"])
        self.assertIn("US-TX: no messages", (made.run_folder / "report.html").read_text())
        plan = json.loads(made.run("plan", made.file, *self.rules, "--json").stdout)
        self.assertEqual(plan["hours_rules"], [
            {"rule": "US-TX: no messages", "source": "", "rows": 2, "waiting": 2}])
        told = made.run("plan", made.file, *self.rules, "--set", "schedule.presets=us-tx").stdout
        self.assertRegex(told, r" 2 +US-TX: no messages; 2 wait for it now\n")
        self.assertRegex(told, r"US-TX sun: 12:00-21:00.* \(us-tx: Tex. Bus. & Com. Code")
        self.assertIn("ask counsel", told)

    def test_a_list_that_cannot_be_asked_is_refused(self):
        (self.folder / "who.txt").write_text(number(1) + "\n", encoding="utf-8")
        made = self.campaign(self.endpoint(), None, recipients="who.txt")
        refused = made.first("--set", "recipients.expires_at=end")
        self.expect_error(refused, campaign.UNUSABLE, 'plain lines have no column "end"')


class Records(Scenario):
    """What is told of a run after its list file was changed or went."""

    def sent(self):
        made = self.campaign(self.endpoint("--fault", "status_400=0.3"), List(60, odd=False),
                             rejected_in_a_row=0)
        self.expect_status(made.first(), campaign.SOME_NOT)
        self.rejected = [line["to"] for line in made.outcomes() if line["outcome"] == "rejected"]
        self.assertTrue(self.rejected)
        return made

    def put_one_on_top(self, made):
        path = self.folder / "recipients.csv"
        lines = path.read_bytes().split(b"\r\n", 1)
        path.write_bytes(lines[0] + b"\r\n" + f"new,{number(9999)},x".encode() + b"\r\n" + lines[1])

    def expect_own_record(self, made, words):
        verified = made.verify()
        self.expect_status(verified, 0)
        self.assertRegex(verified.stdout, "^60 rows = ")
        self.assertRegex(verified.stderr, words)
        told = json.loads(made.run("verify", made.run_folder, "--json").stdout)
        self.assertEqual((told["rows"], told["list"], told["holds"]), (60, "changed", True))
        out = self.folder / "exported.csv"
        out.write_text("kept", encoding="utf-8")
        refused = made.run("export", made.run_folder, "--outcome", "rejected", "--out", out)
        self.expect_error(refused, campaign.UNUSABLE, words, "--from-log")
        self.assertEqual(out.read_text(encoding="utf-8"), "kept")
        exported = made.run("export", made.run_folder, "--outcome", "rejected", "--from-log")
        self.expect_status(exported, 0)
        self.assertEqual(exported.stdout.splitlines(), ["toNo", *self.rejected])
        self.expect_error(made.resume(), campaign.UNUSABLE, str(self.folder / "recipients.csv"))
        for words_of in (("report", "--out", "-"), ("status",)):
            self.expect_status(made.run(words_of[0], made.run_folder, *words_of[1:]), 0)

    def test_a_row_on_top(self):
        made = self.sent()
        self.put_one_on_top(made)
        self.expect_own_record(made, "row 1 is another one's now, and 61 rows are not whose they "
                                     "were; it has 61 rows and had 60")

    def test_the_list_is_gone(self):
        made = self.sent()
        (self.folder / "recipients.csv").unlink()
        self.expect_own_record(made, "recipients.csv cannot be read any more")

    def test_two_rows_that_changed_places_with_size_and_time_kept(self):
        made = self.sent()
        path = self.folder / "recipients.csv"
        facts, text = path.stat(), path.read_bytes().decode()
        first, second = made.list.rows[20].to, made.list.rows[21].to
        text = text.replace(first, "@").replace(second, first).replace("@", second)
        path.write_bytes(text.encode())
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        self.expect_own_record(made, "row 21 is another one's now, and 2 rows are not whose")

    def test_a_line_with_another_number_is_found(self):
        made = self.sent()
        path = made.run_folder / "outcomes.ndjson"
        text = path.read_text(encoding="utf-8").replace(self.rejected[0], number(9999))
        path.write_text(text, encoding="utf-8")
        verified = made.verify()
        self.expect_status(verified, campaign.INTERNAL)
        self.assertRegex(verified.stdout, "row [0-9]+ has a line with a number that is not the row")

    def test_a_run_without_a_record_works_as_long_as_its_list_is_what_it_was(self):
        made = self.sent()
        (made.run_folder / "people").unlink()
        self.expect_status(made.verify(), 0)
        exported = made.run("export", made.run_folder, "--outcome", "rejected")
        self.expect_status(exported, 0)
        rows = list(csv.reader(io.StringIO(exported.stdout)))
        self.assertEqual(len(rows) - 1, len(self.rejected))
        self.put_one_on_top(made)
        for words in (("verify",), ("export", "--outcome", "rejected"), ("report",), ("status",)):
            refused = made.run(words[0], made.run_folder, *words[1:])
            self.expect_error(refused, campaign.UNUSABLE, "is not the list this run was started",
                              "put the old file back")


class Frequency(Scenario):
    """Nobody is texted again too soon, whichever campaign it was."""

    EACH_DAY = ("--set", "recipients.frequency=1/24h")

    def part(self, endpoint, name, first, count, *more, **settings):
        """`count` people from `first` on."""
        path = f"{name}.csv"
        (self.folder / path).write_text(
            HEADER + "".join(f"x,{number(i)}\n" for i in range(first, first + count)),
            encoding="utf-8")
        made = self.campaign(endpoint, name=name, recipients=path, **settings)
        return made, made.first(*more)

    def test_who_was_texted_today_is_left_out_with_the_reason(self):
        endpoint = self.endpoint()
        _, process = self.part(endpoint, "first", 0, 30, *self.EACH_DAY)
        self.expect_status(process, campaign.ACCEPTED)
        # A campaign without a cap is remembered as well.
        _, process = self.part(endpoint, "second", 30, 10)
        self.expect_status(process, campaign.ACCEPTED)
        made, process = self.part(endpoint, "third", 20, 30, *self.EACH_DAY)
        self.expect_status(process, campaign.ACCEPTED)
        self.assertEqual(made.counts(), {"accepted": 10, "suppressed": 20})
        for line in made.outcomes():
            if line["outcome"] == "suppressed":
                self.assertRegex(line["detail"], "^frequency 1/1d: texted at 20[0-9-]+T")
        self.assertEqual(set(endpoint.ledger().processed.values()), {1})
        self.assertEqual(made.verify().status, 0)
        told = json.loads(made.run("plan", made.file, *self.EACH_DAY, "--json").stdout)
        self.assertEqual((told["sendable"], told["suppressed"]), (0, 30))

    def test_a_run_does_not_stand_in_its_own_way(self):
        endpoint = self.endpoint("--latency", "0.01..0.05")
        (self.folder / "one.csv").write_text(
            HEADER + "".join(f"x,{number(i)}\n" for i in range(300)), encoding="utf-8")
        made = self.campaign(endpoint, name="one", recipients="one.csv", limits=["100/1s"])
        process = made.start("send", made.file, "--yes", "--no-progress", *self.EACH_DAY)
        campaign.until(lambda: len(endpoint.ledger().arrived) > 60, 30, "nothing was sent")
        process.signal(signal.SIGKILL)
        process.wait(10)
        self.assertIn(made.resume().status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN))
        counts = made.counts()
        self.assertEqual(counts["suppressed"], 0)
        self.assertEqual(sum(counts.values()), 300)
        self.assertEqual(set(endpoint.ledger().processed.values()), {1})

    def test_who_is_forgotten_may_be_texted(self):
        endpoint = self.endpoint()
        made, process = self.part(endpoint, "first", 0, 10, *self.EACH_DAY)
        self.expect_status(process, campaign.ACCEPTED)
        self.assertRegex(made.run("recent").stdout, "^10 messages of 1 runs are remembered")
        forgotten = made.run("recent", "--forget", number(3))
        self.assertRegex(forgotten.stdout, "forgotten")
        self.assertRegex(made.run("recent", "--forget", number(3)).stdout, "Nothing was remembered")
        second, process = self.part(endpoint, "second", 2, 9, *self.EACH_DAY)
        self.expect_status(process, campaign.ACCEPTED)
        self.assertEqual(second.counts(), {"accepted": 2, "suppressed": 7})


if __name__ == "__main__":
    unittest.main()
