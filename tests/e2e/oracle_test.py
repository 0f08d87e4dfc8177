#!/usr/bin/env python3
"""Shows that the oracle complains of every invariant that is broken, and of nothing else."""

import collections
import json
import pathlib
import tempfile
import unittest

import oracle
from oracle import Row

ROWS = [Row(1, "+11"), Row(2, "+12"), Row(3, "+13"), Row(4, "", "invalid"),
        Row(5, "+11", "duplicate"), Row(6, "+16", "suppressed")]
GOOD = ["accepted", "unknown", "rejected", "invalid", "duplicate", "suppressed"]


def lines(outcomes):
    return [{"row": row.number, "to": row.to, "outcome": outcome}
            for row, outcome in zip(ROWS, outcomes) if outcome]


def ledger(processed, arrived=()):
    events = [{"at": at, "to": to, "from": "+19", "id": i} for i, (at, to) in enumerate(arrived)]
    return oracle.Ledger(events, collections.Counter(processed), {}, [])


class Messages(unittest.TestCase):
    def found(self, outcomes, processed, arrived=(), **more):
        return oracle.check_messages(ROWS, lines(outcomes), ledger(processed, arrived), **more)

    def expect(self, found, *starts):
        self.assertEqual(len(found), len(starts), found)
        for text, start in zip(found, starts):
            self.assertTrue(text.startswith(start), found)

    def test_a_good_run_is_quiet(self):
        self.expect(self.found(GOOD, {"+11": 1}))
        self.expect(self.found(GOOD, {"+11": 1, "+12": 1}))  # unknown: once or never

    def test_twice(self):
        self.expect(self.found(GOOD, {"+11": 1, "+12": 2}), "I1: +12")

    def test_a_row_without_outcome_and_a_row_with_two(self):
        self.expect(self.found([None] + GOOD[1:], {}), "I2: row 1 has no outcome")
        doubled = lines(GOOD) + lines(GOOD)[:1]
        self.expect(oracle.check_messages(ROWS, doubled, ledger({"+11": 1})), "I2: row 1 has 2")

    def test_unfinished_rows_may_lack_an_outcome_but_not_have_been_sent(self):
        self.expect(self.found([None] + GOOD[1:], {}, unfinished=True))
        self.expect(self.found([None] + GOOD[1:], {"+11": 1}, unfinished=True), "I3: row 1")

    def test_a_row_that_is_not_in_the_list(self):
        more = lines(GOOD) + [{"row": 9, "to": "+19", "outcome": "accepted"}]
        self.expect(oracle.check_messages(ROWS, more, ledger({"+11": 1})), "I2: row 9")

    def test_accepted_and_not_processed(self):
        self.expect(self.found(GOOD, {}), "I3: row 1 is accepted and was processed 0 times")

    def test_rejected_failed_expired_and_processed(self):
        for outcome in ("rejected", "failed", "expired"):
            with self.subTest(outcome):
                outcomes = GOOD[:2] + [outcome] + GOOD[3:]
                self.expect(self.found(outcomes, {"+11": 1, "+13": 1}), f"I3: row 3 is {outcome}")

    def test_wrong_screening_and_wrong_number(self):
        self.expect(self.found(GOOD[:3] + ["duplicate"] + GOOD[4:], {"+11": 1}), "I2: row 4 is")
        self.expect(self.found(["suppressed"] + GOOD[1:], {}), "I2: row 1 is sendable")
        wrong = lines(GOOD)
        wrong[0]["to"] = "+99"
        self.expect(oracle.check_messages(ROWS, wrong, ledger({"+11": 1})), "I2: row 1 is to +11")

    def test_a_request_to_somebody_who_is_suppressed(self):
        self.expect(self.found(GOOD, {"+11": 1}, [(1.0, "+16")]), "I2: +16 was requested")


class Windows(unittest.TestCase):
    def test_windows_are_rolling(self):
        spread = [0.0, 0.9, 1.1, 1.9]
        self.assertEqual(oracle.worst_window(spread, 1.0), 3)
        self.assertEqual(oracle.worst_window([0.0, 1.0, 2.0], 1.0), 1)
        self.assertEqual(oracle.worst_window([], 1.0), 0)
        book = ledger({}, [(at, "+11") for at in spread])
        self.assertEqual(oracle.check_windows(book, ["3/1s"]), [])
        self.assertEqual(len(oracle.check_windows(book, ["2/1s", "3/1000ms"])), 1)
        self.assertEqual(len(oracle.check_windows(book, [], ["2/1s"])), 1)


class Accounts(unittest.TestCase):
    def test_summary_and_log(self):
        good = dict.fromkeys(oracle.OUTCOMES, 1) | {"failed": 0, "expired": 0, "rows": 6}
        self.assertEqual(oracle.check_accounts(lines(GOOD), good, ROWS), [])
        self.assertEqual(len(oracle.check_accounts(lines(GOOD), good | {"accepted": 2})), 1)
        self.assertEqual(len(oracle.check_accounts(lines(GOOD), good | {"rows": 7}, ROWS)), 1)

    def test_doubts(self):
        self.assertEqual(oracle.check_doubts(5, 5), [])
        self.assertEqual(len(oracle.check_doubts(6, 5)), 1)

    def test_status(self):
        count = collections.Counter
        self.assertEqual(oracle.expected_status(count(accepted=1)), 0)
        self.assertEqual(oracle.expected_status(count(accepted=1, failed=1)), 3)
        self.assertEqual(oracle.expected_status(count(unknown=1, failed=1)), 4)
        self.assertEqual(oracle.expected_status(count(invalid=1)), 5)
        self.assertEqual(oracle.expected_status(count(unknown=1), unsent=1), 7)


class Files(unittest.TestCase):
    def test_the_ledger_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "ledger.ndjson"
            events = [{"event": "arrived", "id": 1, "at": 1.0, "to": "+11", "from": "+19"},
                      {"event": "processed", "id": 1},
                      {"event": "answered", "id": 1, "status": 200},
                      {"event": "refused", "status": 401}]
            path.write_text("\n".join(map(json.dumps, events)) + "\n", encoding="utf-8")
            book = oracle.Ledger.read(path)
        self.assertEqual((len(book.arrived), book.processed["+11"], book.status[1],
                          len(book.refused)), (1, 1, 200, 1))

    def test_a_cut_line_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "outcomes.ndjson").write_text('{"row":1}\n{"ro',
                                                                  encoding="utf-8")
            with self.assertRaises(AssertionError):
                oracle.read_outcomes(folder)


if __name__ == "__main__":
    unittest.main()
