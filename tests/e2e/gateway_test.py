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
        made = self.campaign(self.gateway(faults=faults), List(1000))
        process = made.first()
        self.expect_status(process, campaign.SOME_UNKNOWN)
        self.judge(made)
        print(dict(made.counts()), flush=True)

    def test_rolling_windows(self):
        made = self.campaign(self.gateway("--limit", "40/2s", "--latency", "0.005..0.05"),
                             List(200, odd=False), limits=["40/2s"])
        self.expect_status(made.first(), campaign.ACCEPTED)
        self.judge(made)

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


if __name__ == "__main__":
    unittest.main()
