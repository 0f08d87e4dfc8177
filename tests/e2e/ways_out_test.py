#!/usr/bin/env python3
"""Through a proxy: as the campaign names it, as the environment does, and what it may refuse."""

import json
import shutil
import socket
import unittest

import campaign
from campaign import List, Process, Scenario, until
from connect_proxy import ConnectProxy


class WaysOut(Scenario):
    def proxy(self, *arguments, **options):
        made = ConnectProxy(*arguments, **options)
        self.ending.append(made)
        return made

    def begin(self, made, **environment):
        return made.start("send", made.file, "--yes", "--no-progress", **environment)

    def sent(self, made, *statuses, **environment):
        process = self.begin(made, **environment)
        self.assertIn(process.wait(120), statuses or (campaign.ACCEPTED,), process.stderr[-2000:])
        return process

    def test_a_campaign_goes_through_it_and_plan_says_so(self):
        endpoint, by = self.endpoint(), self.proxy("us er:p:ss")
        made = self.campaign(
            endpoint, List(60, odd=False), environment={"TIDINGS_PROXY_PASSWORD": "p:ss"},
            bot_more=(f'proxy = "{by.url("us%20er@")}"\n'
                      'proxy_password = { env = "TIDINGS_PROXY_PASSWORD" }'))
        plan = made.start("plan", made.file, "--json")
        self.assertEqual(plan.wait(60), campaign.ACCEPTED, plan.stderr)
        told = json.loads(plan.stdout.splitlines()[0])["proxies"]
        self.assertEqual(told, [{"bot": campaign.BOT, "proxy": f"127.0.0.1:{by.port}"}])
        probe = made.start("plan", made.file, "--probe")
        self.assertEqual(probe.wait(60), campaign.ACCEPTED, probe.stdout + probe.stderr)
        self.assertEqual(by.opened, 1, "the probe goes the same way")
        self.sent(made)
        self.judge(made)
        self.assertGreater(by.opened, 1)
        self.assertTrue(all(head.startswith("CONNECT ") for head in by.heads))

    def test_the_environment_names_one_as_it_does_for_curl(self):
        endpoint, by = self.endpoint(), self.proxy()
        made = self.campaign(endpoint, List(5, odd=False), name="through")
        self.sent(made, HTTPS_PROXY=by.url())
        self.assertGreater(by.opened, 0)
        before = by.opened
        host = endpoint.url.split("/")[2].rsplit(":", 1)[0]
        made = self.campaign(endpoint, List(5, odd=False, first=10), name="past")
        self.sent(made, HTTPS_PROXY=by.url(), NO_PROXY=f"example.com,{host}")
        made = self.campaign(endpoint, List(5, odd=False, first=20), name="straight",
                             bot_more='proxy = "none"')
        self.sent(made, HTTPS_PROXY=by.url())
        self.assertEqual(by.opened, before, "neither went through it")

    def test_what_it_refuses_was_not_sent(self):
        for at, (answer, words) in enumerate((("", "wants a user and a password"),
                                              ("403 Forbidden", "let this host through"))):
            endpoint = self.endpoint(name=f"endpoint-{at}")
            by = self.proxy("u:p" if not answer else "", answer=answer)
            made = self.campaign(endpoint, List(5, odd=False, first=10 * at), name=f"no-{at}",
                                 bot_more=f'proxy = "{by.url()}"')
            process = self.sent(made, campaign.UNUSABLE)
            self.assertIn(words, process.stderr)
            self.assertIn(f"the proxy 127.0.0.1:{by.port}", process.stderr)
            self.assertEqual(made.counts()["unknown"], 0)
            self.assertEqual(len(endpoint.ledger().arrived), 0)

    def test_a_bad_address_is_refused_before_anything(self):
        endpoint = self.endpoint()
        for at, url in enumerate(("socks5://u:secret@p:1", "http://u:secret@p:x")):
            made = self.campaign(endpoint, List(2, odd=False), name=f"bad-{at}",
                                 bot_more=f'proxy = "{url}"')
            process = self.begin(made)
            self.assertEqual(process.wait(60), campaign.UNUSABLE, process.stderr)
            self.assertIn("proxy", process.stderr)
            self.assertNotIn("secret", process.stderr)
            self.assertFalse(made.run_folder.exists())

    def test_ways_that_are_cut_and_refused_for_a_while_lose_nobody(self):
        endpoint, by = self.endpoint("--latency", "0.01..0.05"), self.proxy()
        made = self.campaign(endpoint, List(200, odd=False), limits=["100/1s"],
                             bot_more=f'proxy = "{by.url()}"')
        process = self.begin(made)
        until(lambda: endpoint.arrived() > 40 or not process.running(), 60, "nothing was sent")
        by.answer = "502 Bad Gateway"
        by.cut()
        until(lambda: any("502" in text for text in process.stderr.splitlines()), 60, "not told")
        by.answer = ""
        self.assertIn(process.wait(120), (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        self.judge(made)

    def test_a_real_proxy(self):
        program = shutil.which("tinyproxy")
        if program is None:
            self.skipTest("tinyproxy is not installed")
        endpoint = self.endpoint()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = self.folder / "tinyproxy.conf"
        settings.write_text(f"Port {port}\nListen 127.0.0.1\nBasicAuth user pass\n"
                            f"ConnectPort {endpoint.port}\nLogLevel Info\n", encoding="utf-8")
        proxy = Process([program, "-d", "-c", settings], self.folder, "tinyproxy")
        self.ending.append(proxy)

        def listens():
            with socket.socket() as one:
                return one.connect_ex(("127.0.0.1", port)) == 0
        until(listens, 30, "tinyproxy does not listen")
        made = self.campaign(endpoint, List(50, odd=False),
                             bot_more=f'proxy = "http://user:pass@127.0.0.1:{port}"')
        self.sent(made)
        self.judge(made)
        wrong = self.campaign(endpoint, List(3, odd=False, first=100), name="wrong",
                              bot_more=f'proxy = "http://user:other@127.0.0.1:{port}"')
        process = self.sent(wrong, campaign.UNUSABLE, campaign.STOPPED)
        self.assertIn("the proxy", process.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
