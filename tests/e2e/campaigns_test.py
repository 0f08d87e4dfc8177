#!/usr/bin/env python3
"""Whole campaigns against an endpoint that is not ours: lists, formats, faults."""

import gzip
import subprocess
import unittest

import campaign
import oracle
from campaign import List, Scenario


class Lists(Scenario):
    def finish(self, made, process, status=campaign.ACCEPTED):
        self.expect_status(process, status)
        return self.judge(made)

    def test_three_thousand_rows_of_a_real_list(self):
        rows = List(3000)
        made = self.campaign(self.endpoint("--latency", "0.001..0.02"), rows)
        ledger, outcomes, summary = self.finish(made, made.first())
        self.assertEqual(sum(ledger.processed.values()), 3000)
        self.assertEqual(summary["accepted"], 3000)
        self.assertEqual(len(outcomes), len(rows.rows))
        self.assertEqual(ledger.refused, [])

    def test_tab_separated(self):
        rows = List(300)
        made = self.campaign(self.endpoint(), rows, recipients="list.tsv")
        (self.folder / "list.tsv").write_bytes(rows.csv("\t"))
        self.finish(made, made.first())

    def test_json_lines(self):
        rows = List(300)
        made = self.campaign(self.endpoint(), rows, recipients="list.ndjson")
        (self.folder / "list.ndjson").write_bytes(rows.ndjson())
        self.finish(made, made.first())

    def test_one_number_a_line(self):
        rows = List(300)
        made = self.campaign(self.endpoint(), rows, recipients="list.txt")
        (self.folder / "list.txt").write_bytes(rows.lines())
        self.finish(made, made.first("--set", 'recipients.format="lines"'))

    def test_gzip(self):
        rows = List(300)
        made = self.campaign(self.endpoint(), rows, recipients="list.csv.gz")
        (self.folder / "list.csv.gz").write_bytes(gzip.compress(rows.csv()))
        self.finish(made, made.first())

    def test_zstd(self):
        rows = List(300)
        made = self.campaign(self.endpoint(), rows, recipients="list.csv.zst")
        packed = subprocess.run(["zstd", "-qc"], input=rows.csv(), capture_output=True, check=True,
                                timeout=60).stdout
        (self.folder / "list.csv.zst").write_bytes(packed)
        self.finish(made, made.first())

    def test_standard_input_is_kept_for_resume_and_verify(self):
        rows = List(300)
        made = self.campaign(self.endpoint(), rows, recipients="-")
        (self.folder / "piped").write_bytes(rows.csv())
        with open(self.folder / "piped", "rb") as piped:
            process = made.first("--set", 'recipients.format="csv"', stdin=piped)
        (self.folder / "piped").unlink()
        self.finish(made, process)

    def test_flags_stand_above_environment_and_file(self):
        rows = List(50, odd=False)
        made = self.campaign(self.endpoint(), rows)
        (self.folder / "recipients.csv").rename(self.folder / "other.csv")
        made.name = "december"
        process = made.first("--recipients", "other.csv", "--name", "december",
                             TIDINGS_NAME="october")
        self.finish(made, process)

    def test_json_results_are_json(self):
        rows = List(100)
        made = self.campaign(self.endpoint(), rows)
        process = made.run("send", made.file, "--yes", "--json")
        self.expect_status(process, campaign.ACCEPTED)
        lines = process.stdout.splitlines()
        self.assertEqual(len(process.json_lines()), len(lines), process.stdout)
        summary = [line for line in process.json_lines() if line["type"] == "summary"]
        self.assertEqual(summary[0]["accepted"], 100)


class Faults(Scenario):
    def survive(self, *faults, rows=400, statuses, latency="0.001..0.02", **settings):
        made = self.campaign(self.endpoint(*[word for fault in faults for word in ("--fault", fault)],
                                           "--latency", latency), List(rows),
                             rejected_in_a_row=0, trouble=campaign.NO_TROUBLE, **settings)
        process = made.first(seconds=240)
        self.assertIn(process.status, statuses, process.stderr[-3000:])
        ledger, outcomes, summary = self.judge(made)
        counts = made.counts()
        print(dict(counts), "requests", summary.get("requests"), flush=True)
        self.assertEqual(process.status, oracle.expected_status(counts))
        return ledger, counts

    def test_refusals_that_pass_cost_nobody_a_message(self):
        _, counts = self.survive("status_429=0.01", "status_429_date=0.005", "status_408=0.05",
                                 statuses=(0,), rows=300)
        self.assertEqual(counts["accepted"], 300)

    def test_connections_closed_before_the_request_are_tried_again(self):
        _, counts = self.survive("close_before_request=0.2", statuses=(0, 4))
        self.assertEqual(counts["failed"] + counts["rejected"], 0)

    def test_a_firewalls_pages_reject_nobody(self):
        _, counts = self.survive("html_403=0.1", statuses=(0,), rows=200)
        self.assertEqual(counts["accepted"], 200)

    def test_success_that_says_failure_is_no_acceptance(self):
        _, counts = self.survive("errors_200=0.05", "errors_200_done=0.05", statuses=(4,))
        self.assertGreater(counts["unknown"], 0)

    def test_busy_servers_that_processed_the_message_are_not_asked_again(self):
        ledger, counts = self.survive("status_503=0.03", "status_503_done=0.03", statuses=(4,))
        self.assertGreater(counts["unknown"], 0)
        self.assertEqual(len(ledger.arrived), 400)

    def test_half_processed_500s_are_never_repeated(self):
        ledger, counts = self.survive("status_500=0.03", "status_500_done=0.03", "status_502=0.02",
                                      "status_504_done=0.02", "html_500=0.02", statuses=(4,))
        self.assertGreater(counts["unknown"], 0)
        self.assertEqual(max(ledger.processed.values()), 1)

    def test_lost_answers_are_unknown_and_not_repeated(self):
        ledger, counts = self.survive("close_after_reading=0.03", "close_after_trigger=0.03",
                                      "reset_after_reading=0.03", "reset_after_trigger=0.03",
                                      statuses=(4,))
        self.assertGreater(counts["unknown"], 0)
        self.assertEqual(len(ledger.arrived), len({one["to"] for one in ledger.arrived}))

    def test_odd_but_whole_answers_are_accepted(self):
        _, counts = self.survive("slices=0.05", "continue_first=0.1", "chunked=0.1", "odd_body=0.05",
                                 "no_length=0.05", statuses=(0,))
        self.assertEqual(counts["accepted"], 400)

    def test_a_cut_answer_with_its_status_is_accepted(self):
        _, counts = self.survive("cut_answer=0.1", statuses=(0,))
        self.assertEqual(counts["accepted"], 400)

    def test_refused_recipients_are_rejected_and_the_others_go_on(self):
        _, counts = self.survive("status_400=0.1", statuses=(3,))
        self.assertGreater(counts["rejected"], 0)
        self.assertEqual(counts["accepted"] + counts["rejected"], 400)

    def test_late_answers(self):
        _, counts = self.survive("late=0.02", statuses=(0,), rows=200)
        self.assertEqual(counts["accepted"], 200)

    def test_everything_at_once(self):
        self.survive("close_before_request=0.05", "close_after_reading=0.01",
                     "close_after_trigger=0.01", "reset_after_trigger=0.01", "cut_answer=0.01",
                     "slices=0.01", "chunked=0.02", "no_length=0.02", "odd_body=0.01",
                     "status_429=0.003", "status_400=0.01", "status_500=0.01",
                     "status_500_done=0.01", "status_503=0.02", rows=1000, statuses=(4,))


if __name__ == "__main__":
    unittest.main()
