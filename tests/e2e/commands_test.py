#!/usr/bin/env python3
"""The other commands, tokens of every kind, and what must never be written down."""

import csv
import io
import json
import pathlib
import stat
import subprocess
import unittest

import jwt

import campaign
from campaign import List, Scenario


class Looking(Scenario):
    """plan, token, status, export, report: they send nothing."""

    def test_plan_counts_and_sends_nothing(self):
        rows = List(500)
        made = self.campaign(self.endpoint(), rows, limits=["100/1s"])
        process = made.run("plan", made.file, "--json")
        self.expect_status(process, 0)
        plan = process.json_lines()[0]
        text = json.dumps(plan)
        self.assertIn("500", text)
        self.assertIn(str(len(rows.rows)), text)
        self.assertFalse(made.run_folder.exists())
        ledger = made.endpoint.ledger()
        self.assertEqual(len(ledger.arrived) + len(ledger.refused), 0)
        self.expect_status(made.run("plan", made.file), 0)

    def test_a_probe_texts_nobody_and_shows_that_all_is_right(self):
        made = self.campaign(self.endpoint(), List(5, odd=False))
        self.expect_status(made.run("plan", made.file, "--probe"), 0)
        ledger = made.endpoint.ledger()
        self.assertEqual([event["status"] for event in ledger.refused], [412])
        self.assertEqual(len(ledger.arrived), 0)

    def test_a_probe_is_told_in_json_too(self):
        made = self.campaign(self.endpoint(), List(5, odd=False))
        process = made.run("plan", made.file, "--probe", "--json")
        self.expect_status(process, 0)
        told = [line for line in process.json_lines() if line["type"] == "probe"]
        self.assertEqual([(line["bot"], line["status"]) for line in told], [(campaign.BOT, 412)])

    def test_where_runs_lie_and_how_messages_look_are_keys_like_any_other(self):
        made = self.campaign(self.endpoint(), List(5, odd=False),
                             more='[output]\nlog_format = "json"\n')
        self.expect_status(made.first(TIDINGS_OUTPUT__DIR="elsewhere"), 0)
        log = (self.folder / "elsewhere" / made.name / "tidings.log").read_text(encoding="utf-8")
        self.assertEqual({json.loads(line)["type"] for line in log.splitlines()}, {"message"})
        self.expect_status(made.run("verify", made.name, TIDINGS_OUTPUT__DIR="elsewhere"), 0)

    def test_a_probe_finds_a_wrong_secret(self):
        made = self.campaign(self.endpoint(), List(5, odd=False), secret="wrong-secret-here")
        self.expect_status(made.run("plan", made.file, "--probe"), campaign.CREDENTIALS)

    def test_a_token_is_one_that_others_can_read(self):
        made = self.campaign(self.endpoint(), List(5, odd=False))
        process = made.run("token", made.file)
        self.expect_status(process, 0)
        claims = jwt.decode(process.stdout.strip(), campaign.SECRET, algorithms=["HS256"])
        self.assertEqual((claims["appId"], claims["sub"]), (campaign.CLIENT, "1234567890"))

    def test_help_and_version(self):
        made = self.campaign(self.endpoint(), List(1, odd=False))
        for words in (["--help"], ["--version"], ["send", "--help"], ["resume", "--help"],
                      ["verify", "--help"], ["gateway", "--help"], ["demo", "--help"]):
            process = made.run(*words)
            self.expect_status(process, 0)
            self.assertGreater(len(process.stdout), 5)

    def test_export_is_a_list_again(self):
        made = self.campaign(self.endpoint("--fault", "status_400=0.2"), List(100),
                             rejected_in_a_row=0)
        self.expect_status(made.first(), campaign.SOME_NOT)
        rejected = [line["to"] for line in made.outcomes() if line["outcome"] == "rejected"]
        self.assertGreater(len(rejected), 0)
        process = made.run("export", made.run_folder, "--outcome", "rejected")
        self.expect_status(process, 0)
        rows = list(csv.DictReader(io.StringIO(process.stdout.lstrip("\ufeff"), newline="")))
        self.assertEqual(len(rows), len(rejected))
        self.assertIn("toNo", rows[0])
        self.expect_status(made.run("status", made.run_folder), 0)
        self.expect_status(made.run("report", made.run_folder), 0)
        page = (made.run_folder / "report.html").read_text(encoding="utf-8")
        self.assertNotIn("<b>0/s</b>", page, "its rate is known from the journal")
        self.assertNotIn("http://", page.replace("http://www.w3.org", ""))


class Doubts(Scenario):
    def doubtful(self, fault, **settings):
        made = self.campaign(self.endpoint("--fault", fault), List(200),
                             trouble=campaign.NO_TROUBLE, **settings)
        process = made.first()
        return made, process

    def test_resolve_as_sent_settles_without_sending(self):
        made, process = self.doubtful("close_after_trigger=0.05")
        self.expect_status(process, campaign.SOME_UNKNOWN)
        arrived = len(made.endpoint.ledger().arrived)
        self.expect_status(made.run("resolve", made.run_folder, "--unknown", "sent", "--yes"), 0)
        self.assertEqual(made.resume().status, campaign.ACCEPTED)
        self.assertEqual(made.counts()["unknown"], 0)
        self.assertEqual(len(made.endpoint.ledger().arrived), arrived)
        self.assertEqual(made.verify().status, 0)

    def test_resolve_by_resending_sends_those_rows_once_more(self):
        made, process = self.doubtful("close_after_reading=0.05")
        self.expect_status(process, campaign.SOME_UNKNOWN)
        doubts = made.counts()["unknown"]
        arrived = len(made.endpoint.ledger().arrived)
        self.expect_status(made.run("resolve", made.run_folder, "--unknown", "resend", "--yes"), 0)
        process = made.resume()
        self.assertIn(process.status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        self.assertEqual(len(made.endpoint.ledger().arrived), arrived + doubts)
        self.assertEqual(max(made.endpoint.ledger().processed.values()), 1)
        self.assertEqual(made.verify().status, 0)

    def test_the_probe_settles_lost_answers_without_texting_twice(self):
        made, process = self.doubtful("close_after_trigger=0.1", more='[unknown]\npolicy = "probe"\n',
                                      bot_more='jti = "each"')
        self.expect_status(process, campaign.ACCEPTED)
        ledger, _, _ = self.judge(made)
        self.assertEqual(sum(ledger.processed.values()), 200)
        replays = [event for event in ledger.refused if "replay" in event["body"]]
        print(f"{len(replays)} answers were lost and proven", flush=True)
        self.assertGreater(len(replays), 0)


class Tokens(Scenario):
    def sends(self, options, **settings):
        made = self.campaign(self.endpoint(*options), List(60, odd=False), **settings)
        self.expect_status(made.first(), campaign.ACCEPTED)
        self.judge(made)

    def test_hs512(self):
        self.sends(["--algorithm", "HS512"], bot_more='algorithm = "HS512"')

    def rsa(self, algorithm):
        key, public = self.folder / "app.pem", self.folder / "app.pub"
        subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True,
                       capture_output=True, timeout=60)
        subprocess.run(["openssl", "rsa", "-in", str(key), "-pubout", "-out", str(public)],
                       check=True, capture_output=True, timeout=60)
        key.chmod(0o600)
        self.sends(["--algorithm", algorithm, "--key", f"@{public}"],
                   bot_more=f'algorithm = "{algorithm}"\nprivate_key = {{ file = "app.pem" }}',
                   no_secret=True)

    def test_rs256(self):
        self.rsa("RS256")

    def test_rs512(self):
        self.rsa("RS512")

    def test_a_token_for_each_request(self):
        self.sends(["--jti", "enforced"], bot_more='jti = "each"')

    def test_without_expiry(self):
        self.sends([], bot_more='token_lifetime = "none"')


class Privacy(Scenario):
    def test_secrets_are_written_nowhere_and_the_folder_is_private(self):
        made = self.campaign(self.endpoint("--fault", "status_500=0.02"), List(100))
        made.start("send", made.file, "--yes", "--no-progress").wait(60)
        seen = 0
        for base in (made.run_folder, self.folder / "state"):
            for path in [base, *base.rglob("*")]:
                mode = stat.S_IMODE(path.lstat().st_mode)
                if path.is_dir():
                    self.assertEqual(mode, 0o700, path)
                elif path.is_file():
                    seen += 1
                    self.assertEqual(mode, 0o600, path)
                    data = path.read_bytes()
                    self.assertNotIn(campaign.SECRET.encode(), data, path)
                    self.assertNotIn(b"eyJhbGciOi", data, f"{path} holds a token")
        self.assertGreater(seen, 3)

    def test_the_secret_is_in_no_process_list(self):
        made = self.campaign(self.endpoint("--latency", "0.2"), List(40, odd=False), connections=2)
        process = made.start("send", made.file, "--yes", "--no-progress")
        campaign.until(made.endpoint.arrived, 30, "nothing was sent")
        line = pathlib.Path(f"/proc/{process.child.pid}/cmdline").read_bytes()
        self.assertNotIn(campaign.SECRET.encode(), line)
        self.assertEqual(process.wait(60), campaign.ACCEPTED)


if __name__ == "__main__":
    unittest.main()
