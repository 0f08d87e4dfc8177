#!/usr/bin/env python3
"""`tidings gateway` as a person starts it: without a file, with --set, with few files to open; and as
it stops, with hundreds connected."""

import json
import pathlib
import re
import resource
import shutil
import subprocess
import time
import unittest

import jwt

from served_gateway import (BOT, CALL, CLIENT, Outside, PROGRAM, SECRET, SENTENCE, ServedGateway,
                            UNLIMITED)

CROWD = 500


def few_files(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Starting(Outside):
    def started(self, *arguments, folder=None, **more):
        """The process, and everything it told up to the end of the curl line."""
        process = subprocess.Popen([PROGRAM, "gateway", "--port", "0", "--control-port", "0",
                                    *arguments], cwd=folder or self.scratch(), text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        self.addCleanup(self.end, process)
        told = ""
        for line in process.stdout:
            told += line
            if line.startswith("}'"):
                break
        return process, told

    def end(self, process):
        process.terminate()
        process.wait(30)
        process.stdout.close()
        process.stderr.close()

    def refused(self, *arguments, **more):
        done = subprocess.run([PROGRAM, "gateway", "--port", "0", "--control-port", "0", *arguments],
                              cwd=self.scratch(), capture_output=True, text=True, timeout=60,
                              check=False, **more)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr

    def test_alone_it_prints_a_line_that_can_be_pasted_anywhere(self):
        folder = pathlib.Path(self.scratch()) / "it's here"
        folder.mkdir()
        _, told = self.started(folder=folder)
        for words in ("serving  https://localhost:", "trust ", "admin ", "account  main",
                      f"bot      {BOT}", "600/60s and 18000/1h", f'secret "{SECRET}"'):
            self.assertIn(words, told)
        line = told[told.index("curl "):]
        said = subprocess.run(["sh", "-c", line], cwd=self.scratch(), capture_output=True, text=True,
                              timeout=60, check=True).stdout
        self.assertEqual(json.loads(said), {"message": SENTENCE})

    def test_any_key_can_be_set(self):
        _, told = self.started("--set", "server.http2=false", "--set", 'bot.limits=["5/1s"]',
                               "--set", "bot.number.flow=", "--set", "app.jti=enforced")
        self.assertIn("(HTTP/1.1, TLS", told)
        self.assertIn(f"bot      {BOT} of main: 5/1s", told)
        self.assertIn("+16693422058: no flow", told)
        self.assertIn("jti enforced", told)
        _, told = self.started("--set", "app.accept_tokens=[]", "--set", "bot.1.id=st-second",
                               "--set", "bot.1.profile=none", "--set", "bot.profile=design",
                               "--set", "fault.what=delay", "--set", "fault.wait=1ms")
        self.assertIn("60/60s and 1800/1h", told)
        self.assertIn("bot      st-second of main: no limits", told)
        self.assertIn("faults   1 rules", told)

    def test_what_is_wrong_with_a_set_is_told(self):
        for word, telling in (
                ("server.http3=true", "--set server.http3: [server] http3 is no key; did you mean "
                                      "http2?"),
                ("server.http2=perhaps", "--set server.http2: [server] http2 must be true or false"),
                ("server.connections_max=0", "0 is outside 1 .. 1000000"),
                ("sever.http2=true", "did you mean server?"),
                ("bot.limits=fast", "--set bot.limits"),
                ("bot.7.id=x", "past the end of the list"),
                ("fault.what=dely", "did you mean delay?"),
                ("bot=x", "--set bot"),
                ("server.tls_min=1.4", "is not 1.2 or 1.3")):
            self.assertIn(telling, self.refused("--set", word), word)
        file = pathlib.Path(self.scratch()) / "g.toml"
        file.write_text("[server]\nhttp2 = true\nlistn = 1\n", encoding="utf-8")
        self.assertIn("g.toml:3:9: [server] listn is no key", self.refused(str(file), "--set",
                                                               "server.http2=false"))

    def test_it_raises_its_own_limit_of_open_files_and_says_when_it_may_not(self):
        _, told = self.started(preexec_fn=few_files(128, 4096))
        self.assertIn("limit    4032 connections at once, not 10000", told)
        self.assertIn("ulimit -n 10064", told)
        _, told = self.started("--set", "server.connections_max=1000",
                               preexec_fn=few_files(128, 4096))
        self.assertNotIn("connections at once", told)
        words = self.refused(preexec_fn=few_files(70, 70))
        self.assertIn("ulimit -n 10064 before starting it raises the limit", words)


@unittest.skipUnless(shutil.which("h2load"), "h2load is not installed")
class Crowds(Outside):
    """The smaller version of what bench/gateway_compare --connections measures."""

    def load(self, gateway, protocol, *options):
        token = jwt.encode({"sub": "1", "appId": CLIENT}, SECRET, algorithm="HS256")
        data = gateway.folder / "body.json"
        data.write_text('{"fromNo": "+16693422058", "toNo": "+917760336484"}', encoding="utf-8")
        return subprocess.Popen(
            ["h2load", "-c", str(CROWD), "-t1", f"--npn-list={protocol}", *options, "-H",
             f"auth: {token}", "-H", "content-type: application/json", "-d", str(data),
             f"https://{gateway.host}{CALL}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)

    def test_hundreds_of_connections_are_served(self):
        gateway = ServedGateway(self.scratch(), UNLIMITED)
        self.addCleanup(gateway.end)
        for protocol in ("http/1.1", "h2"):
            process = self.load(gateway, protocol, "-n", str(4 * CROWD))
            said, _ = process.communicate(timeout=120)
            self.assertIn(f"{4 * CROWD} succeeded, 0 failed, 0 errored", said)
        stats = gateway.stats()
        self.assertEqual((stats["connections"], stats["triggered"]), (2 * CROWD, 8 * CROWD))

    def test_it_stops_gracefully_with_hundreds_connected(self):
        for protocol in ("http/1.1", "h2"):
            folder = self.scratch()
            book = pathlib.Path(folder) / "ledger.ndjson"
            gateway = ServedGateway(folder, UNLIMITED, f'ledger_file = "{book}"\n')
            process = self.load(gateway, protocol, "-D", "60")
            while gateway.stats()["connections_open"] < CROWD:
                time.sleep(0.02)
            while gateway.stats()["triggered"] < CROWD:
                time.sleep(0.02)
            began = time.monotonic()
            self.assertEqual(gateway.end(), 0)
            self.assertLess(time.monotonic() - began, 20)
            process.kill()
            process.communicate()
            entries = [json.loads(line) for line in book.read_text().splitlines()]
            self.assertGreaterEqual(len(entries), CROWD)
            # Every request that was triggered got its answer before the end.
            lost = [entry for entry in entries if entry["answer"] != "delivered"]
            self.assertEqual(lost, [], f"{protocol}: {len(lost)} of {len(entries)}")


if __name__ == "__main__":
    unittest.main()
