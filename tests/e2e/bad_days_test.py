#!/usr/bin/env python3
"""Bad input and bad days: a clear error, the documented exit status, nothing sent, nothing lost."""

import os
import shutil
import socket
import subprocess
import threading
import unittest

import campaign
from campaign import List, Scenario, until


class Refused(Scenario):
    """Everything that is found before the first message."""

    def refused(self, made, process, status, *words):
        self.expect_error(process, status, *words)
        self.assertEqual(len(made.endpoint.ledger().arrived), 0)

    def small(self, **settings):
        return self.campaign(self.endpoint(), List(20, odd=False), **settings)

    def test_missing_campaign_file(self):
        made = self.small()
        self.refused(made, made.run("send", "nowhere.toml", "--yes"), campaign.UNUSABLE,
                     r"nowhere\.toml")

    def test_missing_list(self):
        made = self.small(recipients="nowhere.csv")
        self.refused(made, made.first(), campaign.UNUSABLE, r"nowhere\.csv")

    def test_wrong_column(self):
        made = self.small(to="mobile")
        self.refused(made, made.first(), campaign.UNUSABLE, "mobile", "toNo")

    def test_empty_list(self):
        made = self.small()
        (self.folder / "recipients.csv").write_bytes(b"")
        self.refused(made, made.first(), campaign.UNUSABLE, r"recipients\.csv")

    def test_a_list_with_a_header_only(self):
        made = self.small()
        (self.folder / "recipients.csv").write_bytes(b"toNo\n")
        self.refused(made, made.first(), campaign.NOTHING, r"recipients\.csv")

    def test_a_list_without_a_single_usable_number_has_nothing_to_send(self):
        made = self.small()
        (self.folder / "recipients.csv").write_bytes(b"toNo\nabc\n\n12\n")
        process = made.first()
        self.expect_status(process, campaign.NOTHING)
        self.assertEqual(len(made.endpoint.ledger().arrived), 0)

    def test_truncated_gzip(self):
        import gzip
        made = self.small(recipients="list.csv.gz")
        whole = gzip.compress(made.list.csv())
        (self.folder / "list.csv.gz").write_bytes(whole[: len(whole) // 2])
        process = made.first()
        self.expect_error(process, campaign.UNUSABLE, r"list\.csv\.gz")

    def test_all_mistakes_of_a_file_at_once_with_the_near_miss(self):
        made = self.small(more='[shedule]\nstart_at = ""\n[retry]\natempts_max = 3\n')
        self.refused(made, made.first(), campaign.UNUSABLE, "shedule", "schedule", "atempts_max",
                     "attempts_max", r"november\.toml:\d+")

    def test_wrong_unit(self):
        made = self.small(limits=["600/60parsecs"])
        self.refused(made, made.first(), campaign.UNUSABLE, "600/60parsecs", "limits")

    def test_wrong_usage(self):
        made = self.small()
        self.refused(made, made.run("send"), campaign.USAGE)
        self.refused(made, made.run("sned", made.file), campaign.USAGE)
        self.refused(made, made.run("send", made.file, "--yess"), campaign.USAGE, "yess")

    def test_missing_secret(self):
        made = self.small()
        process = made.run("send", made.file, "--yes", "--set",
                           'bot.client_secret={env="TIDINGS_NO_SUCH"}')
        self.assertNotEqual(process.status, 0)
        self.assertEqual(len(made.endpoint.ledger().arrived), 0)

    def test_a_secret_file_that_others_can_read(self):
        made = self.small()
        secret = self.folder / "secret"
        secret.write_text(campaign.SECRET, encoding="utf-8")
        text = made.file.read_text(encoding="utf-8")
        made.file.write_text(text.replace('{ env = "TIDINGS_CLIENT_SECRET" }',
                                          '{ file = "secret" }'), encoding="utf-8")
        secret.chmod(0o644)
        self.refused(made, made.first(), campaign.UNUSABLE, "secret", "chmod|600|read")
        secret.chmod(0o600)
        self.expect_status(made.first(), campaign.ACCEPTED)
        self.judge(made)


class Server(Scenario):
    """The endpoint is not there, is somebody else, or refuses us."""

    def test_wrong_secret(self):
        made = self.campaign(self.endpoint(), List(200, odd=False), secret="another-secret-entirely")
        process = made.first()
        self.expect_status(process, campaign.CREDENTIALS)
        self.assertNotIn("another-secret-entirely", process.stderr + process.stdout)
        self.assertEqual(len(made.endpoint.ledger().arrived), 0)
        self.assertLessEqual(len(made.endpoint.ledger().refused), 40)
        # Nothing is burnt: with the right secret all of it goes out.
        made.settings["secret"] = campaign.SECRET
        self.expect_status(made.resume(), campaign.ACCEPTED)
        self.judge(made)

    def test_a_token_that_expires_in_the_middle_is_renewed_before_it_does(self):
        made = self.campaign(self.endpoint(), List(150, odd=False), limits=["30/1s"],
                             bot_more='token_lifetime = "2s"')
        self.expect_status(made.first(), campaign.ACCEPTED)
        ledger, _, _ = self.judge(made)
        self.assertLessEqual(len(ledger.refused), 1)

    def test_a_server_whose_clock_is_an_hour_off(self):
        gateway = campaign.Gateway(self.folder)
        self.ending.append(gateway)
        made = self.campaign(gateway, List(150, odd=False))

        def clock(offset):
            gateway.change(f'[server]\nclock_offset = "{offset}"\n')

        clock("1h")  # every token is past its end there, and a new one is too
        self.expect_status(made.first(), campaign.CREDENTIALS)
        self.assertEqual(gateway.arrived(), 0)
        self.assertEqual(sum(made.counts().values()), 0)
        clock("0s")
        self.expect_status(made.resume(), campaign.ACCEPTED)
        self.judge(made)

    def test_certificates_that_must_not_be_trusted(self):
        for kind in ("wrong-name", "expired", "unknown-issuer"):
            with self.subTest(kind):
                endpoint = self.endpoint("--certificate", kind, name=f"endpoint-{kind}")
                made = self.campaign(endpoint, List(20, odd=False), name=kind,
                                     more='[output]\ndir = "runs"\n')
                process = made.start("send", made.file, "--yes", "--no-progress")
                status = process.wait(60)
                process.end()
                self.assertNotEqual(status, 0)
                self.assertRegex(process.stderr, "(?i)certificate")
                book = endpoint.ledger()
                self.assertEqual(len(book.arrived) + len(book.refused), 0)

    def test_a_host_that_refuses_connections(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        made = self.campaign(self.endpoint(), List(20, odd=False), url=f"https://127.0.0.1:{port}")
        process = made.start("send", made.file, "--yes", "--no-progress")
        status = process.wait(20)
        if status is None:  # it waits for the host to come back; a stop leaves everything unsent
            process.signal(2)
            status = process.wait(30)
        self.assertEqual(status, campaign.STOPPED, process.stderr)
        self.assertIn(str(port), process.stderr)
        self.assertEqual(made.counts()["unknown"] + made.counts()["accepted"], 0)

    def test_a_name_that_does_not_exist(self):
        made = self.campaign(self.endpoint(), List(20, odd=False), url="https://nowhere.invalid")
        process = made.start("send", made.file, "--yes", "--no-progress")
        status = process.wait(20)
        if status is None:
            process.signal(2)
            status = process.wait(30)
        self.assertEqual(status, campaign.STOPPED, process.stderr)
        self.assertIn("nowhere.invalid", process.stderr)
        self.assertEqual(made.counts()["unknown"] + made.counts()["accepted"], 0)

    def nothing_goes_out(self, port):
        """Somebody listens there who never speaks TLS: one signal ends it, all rows are left."""
        made = self.campaign(self.endpoint(), List(20, odd=False),
                             url=f"https://127.0.0.1:{port}", bot_more='connect_timeout = "500ms"')
        process = made.start("send", made.file, "--yes", "--no-progress")
        if process.wait(5) is None:
            process.signal(2)
            self.assertIsNotNone(process.wait(30), "one signal does not end it")
        self.assertEqual(process.status, campaign.STOPPED, process.stderr)
        self.assertEqual(made.counts()["unknown"] + made.counts()["accepted"], 0)

    def test_a_handshake_that_is_closed_again_and_again_sends_nothing(self):
        server = socket.create_server(("127.0.0.1", 0))
        stop = threading.Event()

        def hang_up():
            while not stop.is_set():
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        try:
            self.nothing_goes_out(server.getsockname()[1])
        finally:
            stop.set()
            server.close()

    def test_a_handshake_that_stalls_sends_nothing(self):
        with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
            self.nothing_goes_out(server.getsockname()[1])

    def test_packets_that_are_dropped_send_nothing(self):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
            waiting = []  # they fill the queue of the listener; the kernel then drops what comes
            for _ in range(3):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(server.getsockname())
                waiting.append(one)
            try:
                self.nothing_goes_out(server.getsockname()[1])
            finally:
                for one in waiting:
                    one.close()

    def test_a_redirect_is_not_followed(self):
        elsewhere = self.endpoint(name="elsewhere")
        path = f"/api/public/bot/{campaign.BOT}/outboundsms"
        made = self.campaign(self.endpoint("--fault", "redirect=1", "--redirect-to",
                                           elsewhere.url + path), List(20, odd=False))
        process = made.start("send", made.file, "--yes", "--no-progress")
        if process.wait(10) is None:
            process.signal(2)
            process.wait(30)
        self.assertNotIn(process.status, (None, 0, campaign.INTERNAL), process.stderr)
        book = elsewhere.ledger()
        self.assertEqual(len(book.arrived) + len(book.refused), 0, "a redirect was followed")
        self.assertEqual(made.counts()["accepted"] + made.counts()["unknown"], 0)


class Again(Scenario):
    """A run that exists, and a second process."""

    def test_a_second_start_is_refused_and_again_is_meant(self):
        made = self.campaign(self.endpoint(), List(50, odd=False))
        self.expect_status(made.first(), campaign.ACCEPTED)
        second = made.first()
        self.assertNotIn(second.status, (0, 3, 4), second.stderr)
        self.assertRegex(second.stderr, "resume")
        self.assertRegex(second.stderr, "--again")
        # The same list and bot under another name is the same campaign all the same.
        other = made.first("--name", "other")
        self.assertNotIn(other.status, (0, 3, 4), other.stderr)
        self.assertEqual(len(made.endpoint.ledger().arrived), 50)
        self.judge(made)
        again = made.first("--again", "once-more")
        self.expect_status(again, campaign.ACCEPTED)
        self.assertEqual(max(made.endpoint.ledger().processed.values()), 2)

    def test_resume_never_creates_a_run(self):
        made = self.campaign(self.endpoint(), List(5, odd=False))
        process = made.resume()
        self.assertNotEqual(process.status, 0)
        self.assertFalse(made.run_folder.exists())

    def test_a_second_process_on_the_run_or_the_bot(self):
        endpoint = self.endpoint()
        made = self.campaign(endpoint, List(400, odd=False), limits=["50/1s"])
        first = made.start("send", made.file, "--yes", "--no-progress")
        until(endpoint.arrived, 30, "nothing was sent")
        self.expect_status(made.resume(), campaign.BUSY)
        (self.folder / "more.csv").write_bytes(List(50, odd=False, first=5000).csv())
        another = made.first("--name", "second", "--recipients", "more.csv")
        self.expect_status(another, campaign.BUSY)
        self.assertRegex(another.stderr, str(first.child.pid))
        self.assertEqual(first.wait(60), campaign.ACCEPTED, first.stderr)
        self.judge(made)

    def test_a_changed_list_is_refused(self):
        endpoint = self.endpoint()
        made = self.campaign(endpoint, List(400, odd=False), limits=["100/1s"])
        first = made.start("send", made.file, "--yes", "--no-progress")
        until(endpoint.arrived, 30, "nothing was sent")
        first.signal(2)
        self.assertEqual(first.wait(30), campaign.STOPPED, first.stderr)
        path = self.folder / "recipients.csv"
        whole = path.read_bytes()
        path.write_bytes(b"toNo\r\n" + b"\r\n".join(whole.split(b"\r\n")[5:]))
        refused = made.resume()
        self.expect_status(refused, campaign.UNUSABLE)
        self.assertRegex(refused.stderr, r"recipients\.csv")
        path.write_bytes(whole)
        self.expect_status(made.resume(), campaign.ACCEPTED)
        self.judge(made)


class FullDisk(Scenario):
    """A tmpfs under the run folder, root only."""

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tidings-test",
                                  str(self.disk)], capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.skipTest(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")

    def tearDown(self):
        for one in reversed(self.ending):
            one.end()
        subprocess.run(["umount", "-l", str(self.disk)], check=False)
        super().tearDown()

    def fill(self):
        filler = self.disk / "filler"
        with open(filler, "ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass
        return filler

    def test_full_at_the_start(self):
        made = self.campaign(self.endpoint(), List(50, odd=False), more='[output]\ndir = "disk"\n')
        self.fill()
        process = made.first()
        self.assertIn(process.status, (campaign.JOURNAL, campaign.UNUSABLE), process.stderr)
        self.assertRegex(process.stderr, "(?i)disk|space")
        self.assertEqual(len(made.endpoint.ledger().arrived), 0)

    def test_full_in_the_middle_pauses_and_goes_on_by_itself(self):
        endpoint = self.endpoint()
        made = self.campaign(endpoint, List(20000, odd=False), limits=["2000/1s"],
                             more='[output]\ndir = "disk"\n')
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(endpoint.arrived, 30, "nothing was sent")
        filler = self.fill()
        process.wait(6)
        os.truncate(filler, 0)
        filler.unlink()
        self.assertEqual(process.wait(120), campaign.ACCEPTED, process.stderr[-3000:])
        self.judge_on_disk(made)

    def test_full_while_the_outcome_log_begins_a_new_piece(self):
        endpoint = self.endpoint()
        made = self.campaign(endpoint, List(4000, odd=False), limits=["1000/1s"],
                             more='[output]\ndir = "disk"\nrotate = "64KiB"\n')
        process = made.start("send", made.file, "--yes", "--no-progress")
        pieces = self.disk / made.name
        until(lambda: list(pieces.glob("outcomes-*")), 60, "no second piece was begun")
        for _ in range(3):  # full for a second, room for half of one: every step of it meets both
            filler = self.fill()
            process.wait(1)
            filler.unlink()
            process.wait(0.5)
        self.assertEqual(process.wait(120), campaign.ACCEPTED, process.stderr[-3000:])
        # Packing the last piece may be left to the next start, which changes no line.
        made.run("resume", self.disk / made.name, "--yes", "--no-progress")
        self.judge_on_disk(made)

    def judge_on_disk(self, made):
        run = self.disk / made.name
        made.__class__ = type("OnDisk", (campaign.Campaign,), {"run_folder": run})
        self.judge(made)


if __name__ == "__main__":
    unittest.main()
