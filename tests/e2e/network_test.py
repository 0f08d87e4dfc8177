#!/usr/bin/env python3
"""Bad lines and bad servers, with figures: rows 16 to 28 of docs/faults.md.

Short by default; TIDINGS_LONG=1 takes the times and counts that the table names.
"""

import os
import pathlib
import re
import signal
import threading
import time
import unittest

import campaign
import oracle
import relay
from campaign import List, Scenario, until

LONG = os.environ.get("TIDINGS_LONG") == "1"
MIB = 1 << 20


def memory_of(process):
    """Resident bytes, the most there ever were."""
    text = pathlib.Path(f"/proc/{process.child.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) * 1024


class Line(Scenario):
    """A relay stands between the program and the endpoint, and its line goes bad."""

    def behind_a_relay(self, *options, rows=200, **settings):
        endpoint = self.endpoint(*options)
        line = relay.Relay(endpoint.port)
        self.ending.append(line)
        made = self.campaign(endpoint, List(rows, odd=False), url=line.url, **settings)
        return made, line

    def begin(self, made):
        return made.start("send", made.file, "--yes", "--no-progress")

    def ends(self, process, *statuses, seconds=120):
        self.assertIn(process.wait(seconds), statuses, process.stderr[-3000:])

    def finish(self, made):
        """What is left goes out, once."""
        process = made.resume()
        self.ends(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        return self.judge(made)

    def test_a_line_of_one_kilobyte_a_second(self):
        made, line = self.behind_a_relay(rows=40 if LONG else 6, connections=4)
        line.speed = 1000
        process = self.begin(made)
        self.ends(process, campaign.ACCEPTED, seconds=600)
        self.judge(made)
        self.assertEqual(made.counts()["accepted"], len(made.list.rows))

    def test_a_black_hole_after_the_accept(self):
        """Handshakes go into nothing; then the line is well again, and all of it is sent once."""
        made, line = self.behind_a_relay(connections=64, limits=["60/1s"],
                                         bot_more='connect_timeout = "500ms"')
        process = self.begin(made)
        until(lambda: made.endpoint.arrived() > 20 or not process.running(), 30, "nothing was sent")
        line.silent = True
        line.cut()
        dialed = len(line.opened)
        time.sleep(2)
        dialed = len(line.opened) - dialed
        line.silent = False
        back = time.monotonic()
        line.cut()
        self.ends(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        self.judge(made)
        print(f"{dialed} connections into the black hole, at most {line.worst_second(back)} "
              f"in a second after it, {dict(made.counts())}", flush=True)

    def test_a_black_hole_in_the_middle_over_http2(self):
        """The path of one connection is dead: it gets nothing new, and another is dialed."""
        gateway = campaign.Gateway(self.folder)
        self.ending.append(gateway)
        line = relay.Relay(int(gateway.url.rsplit(":", 1)[1]))
        self.ending.append(line)
        made = self.campaign(gateway, List(400, odd=False), url=line.url, connections=1,
                             limits=["40/1s"],
                             bot_more='http = "2"\nrequest_timeout = "10s"\nlate_for = "1s"')
        process = self.begin(made)
        until(lambda: gateway.arrived() > 40 or not process.running(), 30, "nothing was sent")
        line.hush()
        self.ends(process, campaign.SOME_UNKNOWN)
        self.judge(made)
        counts = made.counts()
        print(f"{len(line.opened)} connections, {dict(counts)}", flush=True)
        self.assertGreater(len(line.opened), 1)
        self.assertGreater(counts["accepted"], 200)

    def test_a_peer_that_is_half_open(self):
        """It is there and reads nothing: what was written is in doubt, and late answers count."""
        made, line = self.behind_a_relay("--latency", "0.01..0.05", rows=300, limits=["100/1s"],
                                         bot_more='request_timeout = "1s"\nlate_for = "10s"')
        process = self.begin(made)
        until(lambda: made.endpoint.arrived() > 50, 30, "nothing was sent")
        line.deaf = True
        time.sleep(4)
        line.deaf = False
        self.ends(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        self.judge(made)
        print(dict(made.counts()), flush=True)

    def test_the_endpoint_stands_still_and_goes_on(self):
        """It counts a request when it reads it, which for those given up meanwhile is a window or
        more after they were written: so many rows that their windows overlap are not sent."""
        made, line = self.behind_a_relay("--latency", "0.01..0.05", rows=120, limits=["100/1s"],
                                         bot_more='request_timeout = "1s"\nlate_for = "2s"')
        process = self.begin(made)
        until(lambda: made.endpoint.arrived() > 50, 30, "nothing was sent")
        made.endpoint.process.signal(signal.SIGSTOP)
        time.sleep(5)
        made.endpoint.process.signal(signal.SIGCONT)
        self.ends(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN)
        self.judge(made)
        print(dict(made.counts()), flush=True)

    def test_the_network_is_gone_with_many_connections(self):
        """Every line is silent, new ones too; at its return there is no stampede."""
        # A thousand messages on their way are the most there ever are.
        count, gone = (1000, 600) if LONG else (200, 5)
        rows = 8 * count if LONG else 4 * count
        made, line = self.behind_a_relay("--latency", "0.4..0.6", rows=rows, connections=count,
                                         bot_more='connect_timeout = "1s"\nrequest_timeout = "2s"\n'
                                                  'late_for = "1s"')
        process = self.begin(made)
        until(lambda: len(line.opened) >= count * 9 // 10, 120, "it opens few connections")
        before, start, opened = memory_of(process), line.worst_second(0), len(line.opened)
        line.silent = True
        time.sleep(gone)
        dialed, during = len(line.opened), memory_of(process)
        line.silent = False
        back = time.monotonic()
        line.cut()
        self.ends(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN, seconds=300)
        after = line.worst_second(back)
        print(f"{count} connections, gone for {gone} s: {before / MIB:.1f} MiB before, "
              f"{during / MIB:.1f} MiB while it was gone; {dialed - opened} dials meanwhile; at most {start} "
              f"connections in a second at the start and {after} at the return; {dict(made.counts())}",
              flush=True)
        self.judge(made)
        self.assertLess(during, before + 32 * MIB)
        self.assertLessEqual(after, 2 * max(start, 64))

    def test_a_reset_after_every_so_many_bytes_of_the_ciphertext(self):
        """From the first byte of the handshake into the second request."""
        step = 7 if LONG else 211
        endpoint = self.endpoint()
        line = relay.Relay(endpoint.port)
        self.ending.append(line)
        doubts = 0
        for trial, bytes_in in enumerate(range(1, 1700, step)):
            line.reset_after = bytes_in
            made = self.campaign(endpoint, List(2, odd=False, first=10 * trial), url=line.url,
                                 name=f"after-{bytes_in}", connections=1)
            process = self.begin(made)
            until(lambda at=len(line.opened): len(line.opened) > at, 20, "it does not dial")
            time.sleep(0.05)
            line.reset_after = None
            self.ends(process, campaign.ACCEPTED, campaign.SOME_UNKNOWN, seconds=60)
            book = endpoint.ledger()
            listed = {row.to for row in made.list.rows}
            book.arrived = [one for one in book.arrived if one["to"] in listed]
            self.assertEqual(oracle.check_messages(made.list.rows, made.outcomes(), book), [])
            doubts += made.counts()["unknown"]
        print(f"{trial + 1} places of a reset: {doubts} of {2 * trial + 2} rows in doubt", flush=True)


class Names(Scenario):
    """Rows 16 and 17: what cannot be reached gets nothing, and is sent once when it can."""

    def test_a_refused_port_that_opens_later(self):
        made = self.campaign(self.endpoint(), List(100, odd=False))
        line = relay.Relay(made.endpoint.port)
        self.ending.append(line)
        port = line.port
        line.loop.call_soon_threadsafe(line.server.close)
        until(lambda: not line.server.is_serving(), 10, "the relay goes on listening")
        made.file.write_text(made.file.read_text(encoding="utf-8").replace(
            made.endpoint.url, f"https://127.0.0.1:{port}"), encoding="utf-8")
        process = made.start("send", made.file, "--yes", "--no-progress")
        time.sleep(1.5)
        self.assertEqual(made.endpoint.arrived(), 0)
        second = relay.Relay(made.endpoint.port, port)
        self.ending.append(second)
        status = process.wait(60)
        self.assertEqual(status, campaign.ACCEPTED, process.stderr)
        ledger, _, summary = self.judge(made)
        print(f"{summary['requests']} requests for {len(made.list.rows)} rows after "
              f"{len(re.findall('refused', process.stderr))} notes of a refusal", flush=True)
        self.assertEqual(summary["requests"], 100)

    def test_not_a_byte_of_a_request_reaches_whom_it_does_not_trust(self):
        for kind in ("wrong-name", "expired", "unknown-issuer"):
            with self.subTest(kind):
                endpoint = self.endpoint("--certificate", kind, name=f"endpoint-{kind}")
                line = relay.Relay(endpoint.port)
                self.ending.append(line)
                made = self.campaign(endpoint, List(20, odd=False), name=kind, url=line.url)
                process = made.start("send", made.file, "--yes", "--no-progress")
                self.assertNotIn(process.wait(60), (None, 0), process.stderr)
                text = (endpoint.folder / "ledger.ndjson").read_text(encoding="utf-8")
                read = sum(map(int, re.findall(r'"bytes":(\d+)', text)))
                print(f"{kind}: {len(line.opened)} connections, {line.sent_bytes} bytes of "
                      f"handshakes, {read} bytes read by the endpoint", flush=True)
                self.assertEqual(read, 0)
                self.assertGreater(line.sent_bytes, 0)


class Race(Scenario):
    """Row 20: the server closes an idle connection at the moment at which it is used."""

    def test_idle_connections_that_are_closed_as_they_are_used(self):
        rows = 10_000 if LONG else 400
        # One message every 10 ms on one connection, and a server with as little patience.
        made = self.campaign(self.endpoint("--idle", "0.002..0.014"), List(rows, odd=False),
                             limits=["100/1s"], connections=1)
        process = made.first(seconds=600)
        self.assertIn(process.status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        ledger, _, summary = self.judge(made)
        text = (made.endpoint.folder / "ledger.ndjson").read_text(encoding="utf-8")
        opened = len(re.findall('"event":"connected"', text))
        unknown = made.counts()["unknown"]
        print(f"{rows} messages on {opened} connections: {unknown} unknown "
              f"({100 * unknown / rows:.2f} %), {summary['requests']} requests", flush=True)
        self.assertGreater(opened, rows // 50)
        self.assertLess(unknown, rows // 10)

    def lost(self, keep_alive, *faults, **settings):
        """Row 19: read, then closed without an answer."""
        words = [word for fault in faults for word in ("--fault", fault)]
        made = self.campaign(self.endpoint("--keep-alive", keep_alive, *words),
                             List(150, odd=False), trouble=campaign.NO_TROUBLE, **settings)
        process = made.first()
        self.assertIn(process.status, (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        ledger, _, summary = self.judge(made)
        print(f"{'fresh' if keep_alive == '1' else 'reused'} connections: {dict(made.counts())}, "
              f"{summary['requests']} requests", flush=True)
        return made.counts(), ledger

    def test_a_lost_answer_is_in_doubt_on_fresh_and_on_reused_connections(self):
        for keep_alive in ("1", "1000"):
            with self.subTest(keep_alive):
                folder = self.folder
                self.folder = folder / keep_alive
                self.folder.mkdir()
                counts, ledger = self.lost(keep_alive, "close_after_reading=0.1",
                                           "close_after_trigger=0.1")
                self.folder = folder
                self.assertGreater(counts["unknown"], 10)
                # The endpoint closes without saying so: some come too late for the connection, more
                # of them the less processor there is.
                self.assertGreater(len(ledger.arrived), 100)
                self.assertLessEqual(max(event["seen"] for event in ledger.arrived), 1)

    def test_a_lost_answer_is_proven_by_the_probe(self):
        counts, ledger = self.lost("1000", "close_after_trigger=0.2", bot_more='jti = "each"',
                                   more='[unknown]\npolicy = "probe"\n')
        self.assertEqual(counts["accepted"], 150)
        self.assertGreater(len(ledger.refused), 10)  # replays: the proofs


class Answers(Scenario):
    """Rows 21, 23, 24, 25 and 27."""

    def survive(self, *faults, rows=200, options=(), **settings):
        words = [word for fault in faults for word in ("--fault", fault)]
        made = self.campaign(self.endpoint(*words, *options), List(rows, odd=False),
                             rejected_in_a_row=0, **settings)
        process = made.start("send", made.file, "--yes", "--no-progress")
        self.assertIsNotNone(process.wait(280), process.stderr[-2000:])
        ledger, _, summary = self.judge(made)
        print(f"{made.counts()}, {summary['requests']} requests, {summary['retries']} retries",
              flush=True)
        return made, process, ledger

    def test_a_packed_body_that_would_fill_the_memory(self):
        made = self.campaign(self.endpoint("--fault", "gzip_bomb=0.1"), List(200, odd=False))
        process = made.start("send", made.file, "--yes", "--no-progress")
        most = 0
        while process.running():
            try:
                most = max(most, memory_of(process))
            except (AttributeError, FileNotFoundError):
                break
            time.sleep(0.01)
        self.assertIn(process.wait(60), (campaign.ACCEPTED, campaign.SOME_UNKNOWN), process.stderr)
        self.judge(made)
        print(f"{dict(made.counts())}; most memory {most / MIB:.1f} MiB", flush=True)
        self.assertLess(most, 120 * MIB)
        self.assertEqual(made.counts()["accepted"], 200)

    def test_a_page_with_status_200_is_trouble_and_nothing_follows(self):
        made = self.campaign(self.endpoint("--fault", "html_200=1", "--latency", "0.05"),
                             List(500, odd=False), limits=["100/1s"])
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: "is in trouble" in process.stderr, 30, process.stderr)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(60), campaign.STOPPED, process.stderr)
        ledger, outcomes, _ = self.judge(made, unfinished=True)
        print(f"{len(ledger.arrived)} of 500 went out, {dict(made.counts())}", flush=True)
        # More than what was under way has not followed, and nobody on the list is the worse for it.
        self.assertEqual(dict(made.counts()), {})
        self.assertLess(len(ledger.arrived), 40)
        self.assertNotIn("eyJ", process.stderr + process.stdout)

    def test_redirects_show_the_token_to_nobody(self):
        elsewhere = relay.Relay(1)  # listens, and would count
        self.ending.append(elsewhere)
        for status in ("301", "302", "307", "308"):
            with self.subTest(status):
                endpoint = self.endpoint("--fault", "redirect=1", "--redirect-to",
                                         f"{elsewhere.url}/take?this", "--redirect-status", status,
                                         name=f"endpoint-{status}")
                made = self.campaign(endpoint, List(20, odd=False, first=100 * int(status)),
                                     name=f"to-{status}")
                process = made.first()
                self.expect_status(process, campaign.STOP_RULE)
                self.assertEqual(made.counts()["accepted"] + made.counts()["unknown"], 0)
                self.assertNotIn("eyJ", process.stderr + process.stdout)
        print(f"{len(elsewhere.opened)} connections, {elsewhere.sent_bytes} bytes elsewhere",
              flush=True)
        self.assertEqual((len(elsewhere.opened), elsewhere.sent_bytes), (0, 0))

    def test_absurd_waits_and_a_storm_of_refusals(self):
        made, process, ledger = self.survive(
            "status_429_absurd=0.02", "status_429=0.03",
            rows=300 if LONG else 50)
        self.assertEqual(made.counts()["accepted"], len(made.list.rows))
        refused = sum(status == 429 for status in ledger.status.values())
        print(f"{refused} refusals", flush=True)

    def test_a_storm_of_refusals_costs_nobody_a_message(self):
        made = self.campaign(self.endpoint("--limit", "15/1s"), List(120, odd=False),
                             limits=["400/1s"], connections=32)
        process = made.first(seconds=200)
        self.expect_status(process, campaign.ACCEPTED)
        ledger, _, summary = self.judge(made, limits=[])
        refused = sum(status == 429 for status in ledger.status.values())
        print(f"120 rows against 15 a second: {refused} refusals, {summary['requests']} requests, "
              f"{summary['retries']} retries", flush=True)

    def test_one_in_twenty_breaks_and_half_of_those_were_processed(self):
        rows = 5000 if LONG else 400
        made, _, ledger = self.survive(
            "status_500=0.0125", "status_500_done=0.0125", "status_502=0.0125",
            "status_504_done=0.0125", rows=rows)
        unknown = made.counts()["unknown"]
        done = sum(ledger.processed[line["to"]] for line in made.outcomes()
                   if line["outcome"] == "unknown")
        print(f"{unknown} of {rows} unknown, {done} of them processed; "
              f"{max(ledger.processed.values())} the most for one number", flush=True)
        self.assertEqual(len(ledger.arrived), rows)

    def test_answers_that_are_late(self):
        waits = [1, 119, 121] if LONG else [1, 4]
        timeout, late = ("500ms", "119500ms") if LONG else ("500ms", "2s")
        done = {}

        def one(wait):
            folder = self.folder / f"wait-{wait}"
            folder.mkdir()
            endpoint = self.endpoint("--latency", str(wait), name=f"endpoint-{wait}")
            made = self.campaign(endpoint, List(5, odd=False), folder=folder,
                                 bot_more=f'request_timeout = "{timeout}"\nlate_for = "{late}"')
            process = made.first(seconds=300)
            done[wait] = (process.status, dict(made.counts()), made)

        threads = [threading.Thread(target=one, args=(wait,)) for wait in waits]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
        for wait in waits:
            print(f"answers after {wait} s: {done[wait][:2]}", flush=True)
            self.judge(done[wait][2])
        self.assertEqual(done[waits[0]][1], {"accepted": 5})
        self.assertEqual(done[waits[-1]][1], {"unknown": 5})


class Http2(Scenario):
    """Row 31, against `tidings gateway`, whose ledger knows what it processed."""

    def over_http2(self, *faults, rows=600, statuses):
        text = "".join(f'[[fault]]\nwhat = "{what}"\nprobability = {share}\n'
                       for what, share in faults)
        gateway = campaign.Gateway(self.folder, faults=text)
        self.ending.append(gateway)
        made = self.campaign(gateway, List(rows, odd=False), connections=4, limits=["600/1s"],
                             bot_more='http = "2"')
        process = made.first(seconds=200)
        self.assertIn(process.status, statuses, process.stderr[-2000:])
        ledger, _, summary = self.judge(made)
        print(f"{faults}: {dict(made.counts())}, {summary['requests']} requests", flush=True)
        return made.counts(), ledger

    def test_refused_streams_are_in_doubt(self):
        counts, ledger = self.over_http2(("refuse_stream", 0.05), statuses=(4,))
        self.assertGreater(counts["unknown"], 0)
        self.assertEqual(counts["unknown"] + counts["accepted"], 600)
        self.assertEqual(sum(ledger.processed.values()), counts["accepted"])

    def test_a_stream_that_is_reset_is_in_doubt(self):
        counts, _ = self.over_http2(("reset_stream", 0.03), statuses=(4,))
        self.assertLess(counts["unknown"], 60)

    def test_streams_above_a_goaway_are_sent_again_and_once(self):
        counts, ledger = self.over_http2(("go_away", 0.02), statuses=(0,))
        self.assertEqual(counts["accepted"], 600)
        self.assertEqual(sum(ledger.processed.values()), 600)

    def test_a_reset_after_the_answer_takes_nothing_back(self):
        counts, _ = self.over_http2(("reset_after_answer", 0.1), statuses=(0,))
        self.assertEqual(counts["accepted"], 600)


if __name__ == "__main__":
    unittest.main()
