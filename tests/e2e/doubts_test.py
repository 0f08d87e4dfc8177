#!/usr/bin/env python3
"""What is worth doubting: two at once, once more, meanwhile, and lists that mean harm."""

import gzip
import json
import os
import shutil
import signal
import socket
import time
import unittest

import campaign
import oracle
from campaign import List, Scenario, until

LONG = os.environ.get("TIDINGS_LONG") == "1"


class OnceMore(Scenario):
    """Commands that are given again, at once or to a folder that is elsewhere."""

    def doubtful(self, rows=200, fault="close_after_reading=0.1", **settings):
        made = self.campaign(self.endpoint("--fault", fault), List(rows, odd=False),
                             trouble=campaign.NO_TROUBLE, **settings)
        self.expect_status(made.first(), campaign.SOME_UNKNOWN)
        return made

    def test_resending_what_is_unknown_twice_sends_it_once(self):
        made = self.doubtful()
        doubts, arrived = made.counts()["unknown"], len(made.endpoint.ledger().arrived)
        words = ("resolve", made.run_folder, "--unknown", "resend", "--yes")
        self.expect_status(made.run(*words), 0)
        self.assertRegex(made.run(*words).stdout, "No row is in doubt")
        self.assertIn(made.resume().status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN))
        self.assertEqual(len(made.endpoint.ledger().arrived), arrived + doubts)
        self.assertEqual(made.verify().status, 0)
        # A second round concerns what is in doubt now, no row of the first one.
        left = made.counts()["unknown"]
        self.expect_status(made.run(*words), 0)
        made.resume()
        self.assertEqual(len(made.endpoint.ledger().arrived), arrived + doubts + left)
        self.assertLessEqual(max(made.endpoint.ledger().processed.values()), 1)

    def interrupted(self, rows=600):
        made = self.campaign(self.endpoint("--latency", "0.01..0.05"), List(rows, odd=False),
                             limits=["150/1s"])
        first = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: len(made.endpoint.ledger().arrived) > 60, 30, "nothing was sent")
        first.signal(signal.SIGKILL)
        first.wait(10)
        return made

    def test_two_resumes_at_the_same_moment(self):
        made = self.interrupted()
        both = [made.start("resume", made.run_folder, "--yes", "--no-progress") for _ in range(4)]
        ended = sorted(one.wait(60) for one in both)
        self.assertEqual(ended[1:], [campaign.BUSY] * 3, ended)
        self.assertIn(ended[0], (campaign.ACCEPTED, campaign.SOME_UNKNOWN))
        self.judge(made)

    def test_looking_does_not_disturb_a_resume(self):
        made = self.interrupted()
        process = made.start("resume", made.run_folder, "--yes", "--no-progress")
        looked = 0
        while process.running() and looked < 40:
            for words in (("status",), ("verify",), ("export", "--outcome", "accepted")):
                one = made.run(words[0], made.run_folder, *words[1:])
                self.assertNotIn(one.status, (campaign.INTERNAL, campaign.USAGE, -6, -11),
                                 one.stderr)
                looked += 1
        self.assertIn(process.wait(60), (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        print(f"looked {looked} times", flush=True)
        self.judge(made)

    def test_a_run_folder_that_was_moved_goes_on_where_it_is_when_told(self):
        made = self.interrupted()
        moved = self.folder / "elsewhere"
        moved.mkdir()
        shutil.move(made.run_folder, moved / made.name)
        process = made.run("resume", moved / made.name, "--yes", "--no-progress")
        self.expect_status(process, campaign.UNUSABLE)
        self.assertRegex(process.stderr, "--moved")
        made.__class__ = type("Moved", (campaign.Campaign,), {"run_folder": moved / made.name})
        process = made.resume("--moved")
        self.assertIn(process.status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        self.judge(made)

    def test_what_was_exported_is_a_list_for_the_next_campaign(self):
        made = self.campaign(self.endpoint("--fault", "status_400=0.2"), List(200, odd=False),
                             rejected_in_a_row=0)
        self.expect_status(made.first(), campaign.SOME_NOT)
        rejected = {line["to"] for line in made.outcomes() if line["outcome"] == "rejected"}
        exported = made.run("export", made.run_folder, "--outcome", "rejected,unknown")
        (self.folder / "again.csv").write_bytes(exported.stdout_path.read_bytes())
        second = made.first("--name", "second", "--recipients", "again.csv")
        self.assertIn(second.status, (campaign.ACCEPTED, campaign.SOME_NOT), second.stderr)
        lines = oracle.read_outcomes(self.folder / "runs" / "second")
        self.assertEqual({line["to"] for line in lines}, rejected)
        self.assertEqual(len(made.endpoint.ledger().arrived), 200 + len(rejected))

    def test_late_answers_settle_once_even_when_it_dies_before_they_come(self):
        made = self.campaign(self.endpoint("--latency", "1.5..2.5"), List(120, odd=False),
                             limits=["60/1s"], connections=100,
                             bot_more='request_timeout = "1s"\nlate_for = "3s"')
        for moment in (1.4, 2.2, 0.9):
            words = ("resume", made.run_folder) if made.run_folder.exists() else ("send", made.file)
            process = made.start(*words, "--yes", "--no-progress")
            until(lambda: len(made.endpoint.ledger().arrived) > 5, 30, "nothing was sent")
            time.sleep(moment)
            process.signal(signal.SIGKILL)
            process.wait(10)
        self.assertIn(made.resume().status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN))
        _, outcomes, _ = self.judge(made)
        print(dict(made.counts()), flush=True)

    def test_a_process_that_dies_before_the_late_answers_leaves_its_rows_unknown(self):
        # Every message is processed at once and answered long after the request timeout.
        made = self.campaign(self.endpoint("--fault", "late=1", "--late", "20"),
                             List(12, odd=False), trouble=campaign.NO_TROUBLE,
                             bot_more='request_timeout = "500ms"\nlate_for = "60s"')
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: len(made.endpoint.ledger().arrived) == 12, 30, "not all were sent")
        last = max(event["at"] for event in made.endpoint.ledger().arrived)
        until(lambda: time.monotonic() > last + 1, 10, "the request timeout has passed")
        self.assertTrue(process.running(), process.stderr)
        process.signal(signal.SIGKILL)
        process.wait(10)
        self.assertEqual(sum(made.counts().values()), 0, "an outcome before its answer")
        self.expect_status(made.resume(), campaign.SOME_UNKNOWN)
        ledger, _, _ = self.judge(made)
        self.assertEqual(made.counts(), {"unknown": 12})
        self.assertEqual(len(ledger.arrived), 12)

    def test_late_answers_on_record_outlive_the_process(self):
        made = self.campaign(self.endpoint("--fault", "late=1", "--late", "1.5"),
                             List(90, odd=False), limits=["40/1s"], connections=100,
                             trouble=campaign.NO_TROUBLE,
                             bot_more='request_timeout = "500ms"\nlate_for = "60s"')
        process = made.start("send", made.file, "--yes", "--no-progress")
        log = made.run_folder / "outcomes.ndjson"
        # A line is written when its row is durable, and not before.
        until(lambda: log.exists() and log.read_bytes().count(b"\n") >= 5, 30, "no late answer")
        process.signal(signal.SIGKILL)
        process.wait(10)
        known = {line["row"] for line in made.outcomes()}
        self.assertEqual(made.counts(), {"accepted": len(known)})
        self.assertIn(made.resume().status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN))
        ledger, outcomes, _ = self.judge(made)
        accepted = {line["row"] for line in outcomes if line["outcome"] == "accepted"}
        self.assertLessEqual(known, accepted)
        self.assertEqual(len(ledger.arrived), len({event["to"] for event in ledger.arrived}))
        print(f"{len(known)} late answers on record at the kill, "
              f"{made.counts()['unknown']} unknown", flush=True)

    def test_a_senders_column_and_senders_of_the_file(self):
        others = ["+16693422058", "+16693422059", "+16693422060"]
        rows = List(90, odd=False)
        made = self.campaign(self.endpoint(), rows, sender_limits=["40/1s"])
        text = made.file.read_text(encoding="utf-8")
        more = "".join(f'[[bot.sender]]\nfrom = "{to}"\nlimits = ["40/1s"]\n' for to in others[1:])
        text = text.replace("[stop]", more + "[stop]").replace('to = "toNo"\n',
                                                               'to = "toNo"\nfrom = "by"\n')
        made.file.write_text(text, encoding="utf-8")
        by = {row.to: (others + [""])[row.number % 4] for row in rows.rows}
        (self.folder / "recipients.csv").write_text(
            "toNo,by\n" + "".join(f"{row.to},{by[row.to]}\n" for row in rows.rows),
            encoding="utf-8")
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: len(made.endpoint.ledger().arrived) > 20, 30, "nothing was sent")
        process.signal(signal.SIGKILL)
        process.wait(10)
        self.assertIn(made.resume().status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN))
        ledger, _, _ = self.judge(made)
        for event in ledger.arrived:
            self.assertIn(by[event["to"]], ("", event["from"]), event)

    def test_a_signal_while_it_connects(self):
        with socket.create_server(("127.0.0.1", 0), backlog=128) as server:  # never a handshake
            made = self.campaign(self.endpoint(), List(20, odd=False),
                                 url=f"https://127.0.0.1:{server.getsockname()[1]}")
            process = made.start("send", made.file, "--yes", "--no-progress")
            server.settimeout(30)
            taken, _ = server.accept()
            asked = time.monotonic()
            process.signal(signal.SIGTERM)
            self.assertEqual(process.wait(20), campaign.STOPPED, process.stderr)
            print(f"ended {time.monotonic() - asked:.2f} s after the signal", flush=True)
            taken.close()
        self.assertEqual(sum(made.counts().values()), 0)


class Restarts(Scenario):
    """Row 15: started again and again; the windows hold and the budget is used."""

    def test_a_clean_stop_and_a_resume_say_what_the_endpoint_counted(self):
        made = self.campaign(self.endpoint("--latency", "0.005..0.02", "--limit", "40/6s"),
                             List(60, odd=False), limits=["40/6s"], pace="even")
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: len(made.endpoint.ledger().arrived) >= 15, 30, "nothing was sent")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), campaign.STOPPED, process.stderr)
        process = made.resume()
        self.assertEqual(process.wait(60), campaign.ACCEPTED, process.stderr)
        # Of this process: the judge resumes the run once more.
        times = [event["at"] for event in made.endpoint.ledger().arrived]
        (limit,) = json.loads((made.run_folder / "summary.json").read_text("utf-8"))["limits"]
        counted = oracle.worst_window(times, 6)
        print(f"the summary says {limit['worst_window']}, the endpoint counted {counted}",
              flush=True)
        self.assertLessEqual(counted, limit["worst_window"])
        self.assertLessEqual(limit["worst_window"], counted + 2)
        self.judge(made)

    def test_restarted_again_and_again(self):
        limit, every, total = ("300/60s", 20, 600) if LONG else ("40/4s", 2, 9)
        words = ["--limit", limit]
        count, seconds = oracle.limit_of(limit)
        rows = List(int(count * total / seconds * 2), odd=False)
        made = self.campaign(self.endpoint("--latency", "0.005..0.05", *words), rows,
                             limits=[limit], pace="burst")
        end, runs = time.monotonic() + total, 0
        while time.monotonic() < end:
            again = ("resume", made.run_folder) if runs else ("send", made.file)
            process = made.start(*again, "--yes", "--no-progress")
            runs += 1
            if process.wait(every) is not None:
                break
            # One in two in good order, the other not.
            process.signal(signal.SIGTERM if runs % 2 else signal.SIGKILL)
            self.assertIsNotNone(process.wait(60), process.stderr)
        book = made.endpoint.ledger()
        refused = sum(status == 429 for status in book.status.values())
        times = [event["at"] for event in book.arrived]
        span = max(times) - min(times)
        print(f"{runs} starts in {total} s under {limit}: {len(times)} messages, {refused} refused, "
              f"worst window {oracle.worst_window(times, seconds)}; "
              f"{len(times) / (count + span * count / seconds) * 100:.0f} % of what the windows allow",
              flush=True)
        self.assertEqual(oracle.check_windows(book, [limit]), [])
        self.assertEqual(refused, 0)
        self.assertGreater(len(times), count // 2)
        self.assertEqual(max(book.processed.values()), 1)
        self.expect_status(made.verify(), 0)


class Hostile(Scenario):
    """Row 29: lists that mean harm are reported, and cost nobody else a message."""

    def sends(self, data, accepted, name="recipients.csv", status=(0, 3), **settings):
        made = self.campaign(self.endpoint(), **({"recipients": name} | settings))
        (self.folder / name).write_bytes(data)
        process = made.first()
        self.assertIn(process.status, status, process.stderr[-2000:])
        book = made.endpoint.ledger()
        self.assertEqual(sorted(event["to"] for event in book.arrived), sorted(accepted))
        self.assertEqual(book.refused, [])
        if process.status in (0, 3):
            self.assertEqual(made.verify().status, 0)
            made.outcomes()  # every line is JSON
        return made, process

    def test_line_ends_nuls_and_quotes_inside_numbers_and_names(self):
        good = [campaign.number(i) for i in range(6)]
        data = (b'\xef\xbb\xbfname,toNo,remark\r\n'
                b'"a\r\nb",' + good[0].encode() + b',"x""y"\r\n'
                b'x,"+1650\r\n5550001",header split\r\n'
                b'nul\x00here,' + good[1].encode() + b',\x00\r\n'
                b'x,+1650\x00555\x000002,\r\n'
                b'" ""quoted"" ","' + good[2].encode() + b'",\r\n'
                b'x,"' + good[3].encode() + b'\r\nauth: other",injected\r\n'
                b'\xff\xfe\x80,' + good[4].encode() + b',\xc3\x28\r\n'
                b'=cmd|\' /C calc\'!A0,' + good[5].encode() + b',@SUM(1)\r\n'
                b'x,"=+16505550003",\r\n')
        # The last one is a number that somebody typed into a sheet's text column.
        made, _ = self.sends(data, [good[0], good[1], good[2], good[4], good[5], "+16505550003"])
        print(dict(made.counts()), flush=True)
        exported = made.run("export", made.run_folder, "--outcome", "accepted")
        text = exported.stdout_path.read_bytes()
        # A list in its own format is given back as it was: nothing is added to the formula.
        self.assertIn(b"=cmd|' /C calc'!A0," + good[5].encode(), text)
        report = made.run("report", made.run_folder)
        self.assertEqual(report.status, 0)
        page = (made.run_folder / "report.html").read_bytes()
        self.assertNotIn(b"<script src", page)
        self.assertNotIn(b"\x00", page)

    def test_a_line_of_ten_megabytes(self):
        good = [campaign.number(i) for i in range(2)]
        data = (b"toNo,remark\n" + good[0].encode() + b",a\n" + b"+1650" + b"5" * (10 << 20) +
                b",b\n" + good[1].encode() + b",c\n")
        made = self.campaign(self.endpoint())
        (self.folder / "recipients.csv").write_bytes(data)
        process = made.first()
        self.expect_status(process, campaign.ACCEPTED)
        self.assertEqual(made.counts(), {"accepted": 2, "invalid": 1})
        sent = [event["to"] for event in made.endpoint.ledger().arrived]
        self.assertEqual(sorted(sent), sorted(good))

    def test_a_quote_that_is_never_closed(self):
        good = [campaign.number(i) for i in range(3)]
        data = (b"toNo,remark\n" + good[0].encode() + b',ok\n' + good[1].encode() + b',"open\n' +
                good[2].encode() + b",swallowed\n")
        made = self.campaign(self.endpoint())
        (self.folder / "recipients.csv").write_bytes(data)
        process = made.first()
        self.expect_status(process, campaign.ACCEPTED)
        self.assertEqual([line["outcome"] for line in sorted(
            made.outcomes(), key=lambda line: line["row"])], ["accepted", "invalid", "accepted"])
        sent = sorted(event["to"] for event in made.endpoint.ledger().arrived)
        self.assertEqual(sent, sorted([good[0], good[2]]))

    def test_archives_that_are_cut_wrong_or_bombs(self):
        good = List(50, odd=False)
        whole = gzip.compress(good.csv())
        cases = {"cut.csv.gz": whole[:-9], "wrong.csv.gz": good.csv(),
                 "flipped.csv.gz": whole[:40] + bytes([whole[40] ^ 0x55]) + whole[41:]}
        endpoint = self.endpoint()
        for name, data in cases.items():
            with self.subTest(name):
                made = self.campaign(endpoint, recipients=name, name=name.split(".")[0])
                (self.folder / name).write_bytes(data)
                process = made.first()
                print(f"{name}: {process.status} {process.stderr.strip()[-160:]}", flush=True)
                self.expect_error(process, campaign.UNUSABLE, name.replace(".", r"\."))

    def test_ten_thousand_columns_are_refused(self):
        names = b",".join([b"toNo"] + [b"c%d" % i for i in range(10_000)])
        _, process = self.sends(names + b"\n" + b"," * 10_000 + b"\n", [],
                                status=(campaign.UNUSABLE,))
        self.assertRegex(process.stderr, "4096 columns")


if __name__ == "__main__":
    unittest.main()
