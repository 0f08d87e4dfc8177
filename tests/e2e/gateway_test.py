#!/usr/bin/env python3
"""Campaigns against `tidings gateway`, judged by its ledger; and the gateway seen from outside."""

import json
import ssl
import subprocess
import unittest
import urllib.error
import urllib.request

import jwt

import campaign
from campaign import Gateway, List, Scenario

STRANGER = "+16693422059"  # not a number of the bot's


class Rehearsal(Scenario):
    def gateway(self, *options, **more):
        made = Gateway(self.folder, *options, **more)
        self.ending.append(made)
        return made

    def test_a_whole_campaign(self):
        made = self.campaign(self.gateway(), List(3000))
        self.expect_status(made.first(), campaign.ACCEPTED)
        ledger, _, _ = self.judge(made)
        self.assertEqual(sum(ledger.processed.values()), 3000)

    def test_both_protocols(self):
        for http in ("1.1", "2"):
            with self.subTest(http):
                made = self.campaign(self.gateway(name=f"gateway-{http}"), List(500),
                                     name=f"over-{http.replace('.', '-')}",
                                     bot_more=f'http = "{http}"')
                self.expect_status(made.first(), campaign.ACCEPTED)
                self.judge(made)

    def test_its_faults(self):
        faults = "".join(f'[[fault]]\nwhat = "{what}"\nprobability = {share}\n' for what, share in (
            ("close_after_trigger", 0.01), ("close_after_reading", 0.01),
            ("reset_after_trigger", 0.01), ("cut_answer", 0.01), ("chunked", 0.05),
            ("no_length", 0.02), ("interim", 0.05), ("close_before_reading", 0.02),
            ("close_after_answer", 0.05)))
        # Faults for good: with trouble on, they would be waited for.
        made = self.campaign(self.gateway(faults=faults), List(1000),
                             trouble=campaign.NO_TROUBLE)
        process = made.first()
        self.expect_status(process, campaign.SOME_UNKNOWN)
        self.judge(made)
        print(dict(made.counts()), flush=True)

    def test_rolling_windows(self):
        made = self.campaign(self.gateway("--limit", "40/2s", "--latency", "0.005..0.05"),
                             List(200, odd=False), limits=["40/2s"])
        self.expect_status(made.first(), campaign.ACCEPTED)
        self.judge(made)

    def with_a_stranger(self, rejected_in_a_row):
        """A campaign from a number of the bot's and from one that is not: a third of the rows names
        the one, a third the other, and a third none. With the sender that each row names."""
        made = self.campaign(self.gateway(), List(120, odd=False), limits=["60/1s"],
                             rejected_in_a_row=rejected_in_a_row)
        text = made.file.read_text(encoding="utf-8")
        text = text.replace("[stop]", f'[[bot.sender]]\nfrom = "{STRANGER}"\n[stop]')
        made.file.write_text(text.replace('to = "toNo"\n', 'to = "toNo"\nfrom = "by"\n'),
                             encoding="utf-8")
        named = {row.number: (campaign.SENDER, STRANGER, "")[row.number % 3]
                 for row in made.list.rows}
        (self.folder / "recipients.csv").write_text(
            "toNo,by\n" + "".join(f"{row.to},{named[row.number]}\n" for row in made.list.rows),
            encoding="utf-8")
        return made, named

    def test_a_sender_that_is_rejected_ends_its_part_and_the_others_go_on(self):
        made, named = self.with_a_stranger(rejected_in_a_row=8)
        process = made.first()
        self.expect_status(process, campaign.STOP_RULE)
        ledger, outcomes, summary = self.judge(made, unfinished=True)
        rejected = {line["row"] for line in outcomes if line["outcome"] == "rejected"}
        accepted = {line["row"] for line in outcomes if line["outcome"] == "accepted"}
        unsent = set(named) - rejected - accepted
        print(f"{len(accepted)} accepted, {len(rejected)} rejected, {len(unsent)} unsent", flush=True)
        self.assertEqual(len(outcomes), len(rejected) + len(accepted))
        self.assertEqual({line["from"] for line in outcomes if line["row"] in rejected}, {STRANGER})
        self.assertEqual({event["from"] for event in ledger.arrived}, {campaign.SENDER})
        # No more than had left when the eighth came back, and no row of the other's.
        self.assertIn(len(rejected), range(8, 8 + 16))
        self.assertEqual(accepted, {row for row in named if named[row] != STRANGER} - rejected)
        self.assertEqual({named[row] for row in unsent}, {STRANGER})

        self.assertRegex(process.stderr, "8 messages in a row were rejected from one sender, "
                         rf"\{STRANGER}, .*rows that name it stay unsent")
        self.assertRegex(process.stderr, "tidings resume")
        status = made.run("status", made.run_folder, "--json").json_lines()[0]
        for told in (summary, status):
            self.assertEqual([told[name] for name in ("rows", "accepted", "rejected")],
                             [120, len(accepted), len(rejected)])
        self.assertEqual(summary["unsent"], len(unsent))
        self.assertIn(f"{len(unsent)} unsent; 0 twice", made.verify().stdout)

        # The number is attached to the bot meanwhile: nobody is forgotten.
        made.endpoint.change(f'[[bot]]\nid = "{campaign.BOT}"\nlimits = []\n' + "".join(
            f'[[bot.number]]\nnumber = "{one}"\n' for one in (campaign.SENDER, STRANGER)))
        self.expect_status(made.resume(), campaign.SOME_NOT)
        ledger, _, summary = self.judge(made)
        self.assertEqual(summary["accepted"], 120 - len(rejected))
        by = {event["to"]: event["from"] for event in ledger.arrived}
        self.assertEqual({by[row.to] for row in made.list.rows if row.number in unsent}, {STRANGER})

    def test_the_pages_call_as_curl_makes_it(self):
        server = self.gateway()
        token = jwt.encode({"sub": "1234567890", "appId": campaign.CLIENT}, campaign.SECRET,
                           algorithm="HS256")
        body = f'{{\n    "fromNo": "{campaign.SENDER}",\n    "toNo": "+917760336484"\n}}'
        for http in ("--http1.1", "--http2"):
            answer = subprocess.run(
                ["curl", "--silent", "--show-error", http, "--cacert", server.ca_file, "--location",
                 f"{server.url}/api/public/bot/{campaign.BOT}/outboundsms",
                 "--header", "Content-Type: application/json;charset=UTF-8",
                 "--header", f"auth: {token}", "--data", body],
                capture_output=True, text=True, timeout=60, check=True).stdout
            self.assertEqual(json.loads(answer)["message"],
                             "Triggered the configured Experience flow to deliver message via SMS "
                             "channel")
        self.assertEqual(server.ledger().processed["+917760336484"], 2)

    def test_refusals_word_for_word(self):
        server = self.gateway()
        context = ssl.create_default_context(cafile=server.ca_file)
        url = f"{server.url}/api/public/bot/{campaign.BOT}/outboundsms"
        good = jwt.encode({"sub": "1", "appId": campaign.CLIENT}, campaign.SECRET, algorithm="HS256")
        forged = jwt.encode({"sub": "1", "appId": campaign.CLIENT}, "x" * 20, algorithm="HS256")
        for headers, data, status, words in (
                ({}, b"{}", 401, "Invalid SDK credentials"),
                ({"auth": "nonsense"}, b"{}", 401, "Invalid JWT token"),
                ({"auth": forged}, b"{}", 401, "Invalid SDK credentials"),
                ({"auth": good}, b"", 412, "Validation errors/ Invalid arguments"),
                ({"auth": good}, b"{}", 412, "Validation errors/ Invalid arguments")):
            request = urllib.request.Request(url, data, method="POST", headers=headers | {
                "Content-Type": "application/json;charset=UTF-8"})
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request, context=context, timeout=30)
            with caught.exception as answer:
                self.assertEqual(answer.status, status)
                self.assertEqual(json.loads(answer.read())["errors"][0]["msg"], words)
        self.assertEqual(len(server.ledger().arrived), 0)


class Demo(Scenario):
    def test_the_demo_needs_nothing_and_proves_its_sum(self):
        made = self.campaign(None)
        process = made.run("demo", "--no-progress", TIDINGS_CLIENT_SECRET="")
        self.expect_status(process, campaign.ACCEPTED)
        self.assertIn("0 twice", process.stdout)


class Bench(Scenario):
    # What it measures nobody asserts; that it says all of it, and that its sums are true.
    def bench(self, *more, status=campaign.ACCEPTED, **environment):
        process = self.campaign(None).run("bench", "--messages", "300", "--json", "--quiet", *more,
                                          **environment)
        self.expect_status(process, status)
        return process

    def test_at_full_speed_over_both_protocols(self):
        for http, connections in (("1.1", 8), ("2", 2)):
            with self.subTest(http=http):
                process = self.bench("--http", http, "--connections", str(connections))
                said = json.loads(process.stdout.splitlines()[-1])
                self.assertEqual(said["type"], "bench")
                self.assertEqual((said["accepted"], said["requests"]), (300, 300))
                self.assertGreater(said["rate_per_s"], 0)
                self.assertLessEqual(said["latency_us"]["p50"], said["latency_us"]["p99"])
                for stage in ("network", "reading", "journal"):
                    self.assertGreater(said["cpu_us"][stage], 0, stage)

    def test_at_a_rate_it_tells_how_late_messages_left(self):
        process = self.bench("--rate", "1000/s", "--threads", "2")
        late = json.loads(process.stdout.splitlines()[-1])["departure_late_us"]
        self.assertLessEqual(late["p50"], late["p99"])
        self.assertLessEqual(late["p99"], late["max"])
        self.assertGreater(late["max"], 0)
        told = self.campaign(None).run("bench", "--messages", "300", "--rate", "1000/s", "--quiet")
        self.assertRegex(told.stdout, r"(?m)^departure  p50 .* after it was planned$")

    def test_against_an_endpoint_of_ones_own(self):
        gateway = Gateway(self.folder)
        self.ending.append(gateway)
        gateway.change(f'[[app]]\nclient_id = "{campaign.CLIENT}"\n'
                       'client_secret = "tidings-rehearsal-secret"\n')
        process = self.bench("--url", gateway.url, "--ca-file", str(gateway.ca_file))
        self.assertEqual(json.loads(process.stdout.splitlines()[-1])["accepted"], 300)
        self.assertEqual(gateway.arrived(), 300)

    def test_it_floods_nobody_else(self):
        process = self.bench("--url", "https://platform.kore.ai", status=campaign.USAGE)
        self.assertIn("--i-own-this-host", process.stderr)


if __name__ == "__main__":
    unittest.main()
