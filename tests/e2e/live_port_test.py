#!/usr/bin/env python3
"""The port of a running campaign: what it says is what the run's folder says, whoever has the token
steers, and whoever abuses it neither slows nor stops the run."""

import http.client
import json
import socket
import threading
import unittest

import campaign
from campaign import List, Scenario, until

TOKEN = "a-token-that-nobody-guesses"


class Port(Scenario):
    def begun(self, rows, *options, **settings):
        made = self.campaign(self.endpoint(), rows, **settings)
        made.process = made.start("send", made.file, "--yes", "--json", "--listen", "127.0.0.1:0",
                                  *options)
        said = until(lambda: [line for line in made.process.json_lines()
                              if line["type"] == "listening"], 30, made.process.stderr)
        made.port = int(said[0]["url"].rstrip("/").rsplit(":", 1)[1])
        return made

    def token_file(self):
        path = self.folder / "token"
        path.write_text(TOKEN + "\n", encoding="utf-8")
        path.chmod(0o600)
        return path

    def ask(self, made, path, method="GET", body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", made.port, timeout=20)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=fields)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def status(self, made, **headers):
        def told():
            status, text = self.ask(made, "/api/status", **headers)
            return json.loads(text) if status == 200 else None
        return until(told, 30, "the port tells nothing")

    def events_until_the_end(self, made):
        """The states that somebody who follows hears, in a thread of their own."""
        states = []

        def follow():
            connection = http.client.HTTPConnection("127.0.0.1", made.port, timeout=60)
            connection.request("GET", "/api/events")
            for line in connection.getresponse():
                if line.startswith(b"data: {\"type\""):
                    states.append(json.loads(line[6:]))
        thread = threading.Thread(target=follow)
        thread.start()
        return states, thread

    def ended(self, made):
        self.assertIsNotNone(made.process.wait(60), made.process.stderr[-2000:])
        self.expect_status(made.process, campaign.ACCEPTED)

    def test_whoever_follows_hears_the_sum(self):
        made = self.begun(List(60, odd=False), limits=["30/1s"])
        states, thread = self.events_until_the_end(made)
        first = self.status(made)
        self.assertEqual((first["type"], first["version"]), ("progress", 1))
        self.assertEqual(first.keys(), made.run("status", made.run_folder, "--json")
                         .json_lines()[0].keys())
        self.assertIn("tidings_answer_seconds_bucket", until(
            lambda: "answer_seconds" in self.ask(made, "/metrics")[1]
            and self.ask(made, "/metrics")[1], 20, "no histogram"))
        self.assertEqual(self.ask(made, "/healthz")[0], 200)
        self.assertIn("<!doctype html>", self.ask(made, "/")[1])
        self.ended(made)
        thread.join(20)
        summary = json.loads((made.run_folder / "summary.json").read_text(encoding="utf-8"))
        for name in ("accepted", "rejected", "unknown", "requests"):
            self.assertEqual(states[-1][name], summary[name])
        self.assertGreater(len(states), 2)

    def test_steering_wants_the_token(self):
        made = self.begun(List(60, odd=False), "--listen-token", self.token_file(),
                          limits=["20/1s"])
        shown = {"Authorization": "Bearer " + TOKEN}
        self.assertEqual(self.ask(made, "/api/status")[0], 401)
        self.status(made, **shown)
        mark = {"Tidings_Control": "1"}
        self.assertEqual(self.ask(made, "/api/control", "POST", "pause", **mark)[0], 401)
        self.assertEqual(self.ask(made, "/api/control", "POST", "pause", **shown)[0], 403)
        self.assertEqual(self.ask(made, "/api/control", "POST", "pause", **shown, **mark)[0], 200)
        until(lambda: self.status(made, **shown)["phase"] == "paused", 20, "it is not paused")
        self.assertEqual(self.ask(made, "/api/control", "POST", "continue", **shown, **mark)[0],
                         200)
        self.ended(made)
        self.judge(made)

    def test_no_page_of_elsewhere_is_answered(self):
        made = self.begun(List(40, odd=False), limits=["20/1s"])
        self.status(made)
        self.assertEqual(self.ask(made, "/api/status", Host="elsewhere.example")[0], 421)
        self.assertEqual(self.ask(made, "/api/status", Origin="http://elsewhere.example")[0], 403)
        self.assertEqual(self.ask(made, "/api/control", "POST", "stop", Tidings_Control="1")[0],
                         403)
        self.ended(made)

    def test_a_crowd_that_says_nothing_stops_nobody(self):
        made = self.begun(List(60, odd=False), limits=["30/1s"])
        crowd = []
        for _ in range(300):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", made.port))
            crowd.append(one)
        self.ended(made)
        self.judge(made)
        for one in crowd:
            one.close()

    def test_what_is_wrong_with_the_port_is_said_before_anything_is_made(self):
        made = self.campaign(self.endpoint(), List(5, odd=False))
        loose = self.token_file()
        loose.chmod(0o644)
        short = self.folder / "short"
        short.write_text("short", encoding="utf-8")
        short.chmod(0o600)
        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        here = "127.0.0.1:%d" % taken.getsockname()[1]
        rows = ((["--listen", "0.0.0.0:0"], "--listen-token FILE"),
                (["--listen", "localhost:8740"], "no address with a port"),
                (["--listen", here], "choose another port"),
                (["--listen", "127.0.0.1:0", "--listen-token", short], "16 characters"),
                (["--listen-token", short], "--listen"))
        for options, words in rows:
            process = made.run("send", made.file, "--yes", *options)
            self.expect_status(process, campaign.USAGE)
            self.assertIn(words, process.stderr)
        process = made.run("send", made.file, "--yes", "--listen", "127.0.0.1:0", "--listen-token",
                           loose)
        self.expect_status(process, campaign.UNUSABLE)
        self.assertIn("chmod 600", process.stderr)
        self.assertFalse(made.run_folder.exists())
        taken.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
