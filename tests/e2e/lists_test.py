"""Lists and opt-outs as people have them, judged by what the endpoint's ledger says of whom."""

import json
import os
import pathlib
import time
import unittest

from campaign import ACCEPTED, STOP_RULE, UNUSABLE, Scenario, until


def fictional(index):
    """Numbers that nobody has: 555-0100 and on."""
    return f"+1415555{index + 100:04d}"


class Odd(Scenario):
    """A campaign whose list and opt-outs are bytes of a test's own."""

    def odd(self, endpoint, content="", name="recipients.csv", opt_outs=None, **settings):
        made = self.campaign(endpoint, recipients=name, **settings)
        (made.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        if opt_outs:
            for one, text in opt_outs.items():
                (made.folder / one).write_bytes(text.encode() if isinstance(text, str) else text)
            self.set(made, "suppress = []", "suppress = " + json.dumps(list(opt_outs)))
        return made

    @staticmethod
    def set(made, was, now):
        text = made.file.read_text(encoding="utf-8")
        assert was in text
        made.file.write_text(text.replace(was, now, 1), encoding="utf-8")

    def texted(self, made):
        return sorted(event["to"] for event in made.endpoint.ledger().arrived)


class OptOuts(Odd):
    """Those who said STOP are never texted in silence."""

    UNREADABLE = {
        "separators.txt": "(415) 555-0100\n(415) 555-0101\n",
        "no-plus.txt": "14155550100\n14155550101\n",
        "label.txt": "+14155550100 (mobile)\n+14155550101 x2\n",
        "pair.txt": "+14155550100 +14155550101\n",
        "empty.txt": "",
        "header.csv": "toNo\n",
        "other.csv": "Phone;Date\n+14155550100;2026-01-01\n",
    }

    def test_send_refuses_what_nobody_can_read(self):
        endpoint = self.endpoint()
        for name, text in self.UNREADABLE.items():
            made = self.odd(endpoint, "toNo\n" + "".join(fictional(i) + "\n" for i in range(3)),
                            opt_outs={name: text})
            planned = made.run("plan", made.file)
            self.assertEqual(planned.status, UNUSABLE, name)
            self.assertIn(name, planned.stdout + planned.stderr)
            sent = made.first()
            self.assertEqual(sent.status, UNUSABLE, name + sent.stderr)
            self.assertIn(name, sent.stderr)
            self.assertFalse(made.run_folder.exists(), name)
        self.assertEqual(self.texted(made), [])

    def test_counts_are_told_and_the_word_ignore_lets_it_go_on(self):
        made = self.odd(self.endpoint(),
                        "toNo\n" + "".join(fictional(i) + "\n" for i in range(4)),
                        opt_outs={"dnc.txt": "+14155550100\n415 555 0101\n+1 415 555 0102\nx\n"})
        refused = made.first()
        self.assertEqual(refused.status, UNUSABLE)
        self.assertIn("opt-outs: 2 in 1 file; 2 could not be read", refused.stderr)
        self.assertIn("line 2: ", refused.stderr)
        self.assertIn("suppress_unreadable", refused.stderr)
        planned = json.loads(made.run("plan", made.file, "--json").stdout)
        self.assertEqual((planned["opt_outs"]["numbers"], planned["opt_outs"]["unreadable"]), (2, 2))
        sent = made.first("--set", "recipients.suppress_unreadable=ignore")
        self.assertEqual(sent.status, ACCEPTED, sent.stderr)
        self.assertEqual(self.texted(made), [fictional(1), fictional(3)])
        summary = made.summary()
        self.assertEqual((summary["opt_outs"], summary["opt_outs_unreadable"]), (2, 2))
        self.assertIn("2, and 2 lines that could not be read",
                      (made.run_folder / "report.html").read_text(encoding="utf-8"))
        later = made.run("report", made.run_folder, "--out", "later.html")
        self.assertEqual(later.status, ACCEPTED, later.stderr)
        self.assertIn("2, and 2 lines that could not be read",
                      (made.folder / "later.html").read_text(encoding="utf-8"))

    def test_a_pipe_is_refused(self):
        made = self.odd(self.endpoint(), "toNo\n+14155550100\n", opt_outs={"dnc.txt": ""})
        (made.folder / "dnc.txt").unlink()
        os.mkfifo(made.folder / "dnc.txt")
        sent = made.first()
        self.assertEqual(sent.status, UNUSABLE, sent.stderr)
        self.assertIn("put them into a file", sent.stderr)
        self.assertEqual(self.texted(made), [])


class OptOutsMeanwhile(Odd):
    """What is appended while a run goes on."""

    def begun(self, **settings):
        made = self.odd(self.endpoint(), "toNo\n" + "".join(fictional(i) + "\n" for i in range(60)),
                        opt_outs={"dnc.txt": fictional(90) + "\n"}, limits=["10/1s"], **settings)
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: self.texted(made), 30, "it did not begin")
        with open(made.folder / "dnc.txt", "a", encoding="utf-8") as file:
            file.write(f"{fictional(59)}\n(415) 555-0158\n")
        return made, process

    def test_an_unreadable_one_is_told_at_once_and_counted(self):
        made, process = self.begun()
        until(lambda: "opt-outs: " in process.stderr.split("could not", 1)[-1]
              and "line 3: " in process.stderr, 6, "it was not told")
        self.assertTrue(process.running(), "it was told at the end only")
        self.assertEqual(process.wait(60), ACCEPTED, process.stderr)
        self.assertNotIn(fictional(59), self.texted(made))
        summary = made.summary()
        self.assertEqual((summary["opt_outs"], summary["opt_outs_unreadable"]), (2, 1))

    def test_it_stops_the_run_where_that_is_asked_for(self):
        made, process = self.begun(more="optout_unreadable = true")
        self.assertEqual(process.wait(60), STOP_RULE, process.stderr)
        self.assertIn("stop.optout_unreadable", made.summary()["reason"])
        self.assertLess(len(self.texted(made)), 60)


if __name__ == "__main__":
    unittest.main()
