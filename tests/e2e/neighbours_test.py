#!/usr/bin/env python3
"""Other users of the machine, and files that are not what they should be. What needs a second user
runs where the tests run as root, and is skipped elsewhere."""

import os
import pathlib
import signal
import socket
import stat
import time
import unittest

import campaign
from campaign import List, Scenario, until

NOBODY = 65534


def modes_below(folder):
    return {path.relative_to(folder): stat.S_IMODE(path.lstat().st_mode)
            for path in folder.rglob("*") if not path.is_symlink()}


class Files(Scenario):
    def test_what_a_run_makes_is_its_users_alone_whatever_the_umask(self):
        for mask in (0, 0o777):
            name = f"mask-{mask:o}"
            made = self.campaign(self.endpoint(name=f"endpoint-{mask:o}"), List(5, odd=False),
                                 name=name)
            process = made.start("send", made.file, "--yes", "--no-progress",
                                 through=("sh", "-c", f'umask {mask:o}; exec "$@"', "sh"))
            self.assertEqual(process.wait(60), campaign.ACCEPTED, process.stderr)
            for place in (made.run_folder, self.folder / "state"):
                for path, mode in modes_below(place).items():
                    expected = 0o700 if (place / path).is_dir() else 0o600
                    self.assertEqual(mode, expected, path)

    def test_a_folder_of_somebody_elses_making_leads_nowhere(self):
        if os.geteuid() != 0:
            self.skipTest("needs root")
        victim = self.folder / "victim"
        victim.mkdir(mode=0o700)
        (victim / "report.html").write_text("mine", encoding="utf-8")
        (self.folder / "runs").symlink_to(victim)
        os.lchown(self.folder / "runs", NOBODY, NOBODY)
        made = self.campaign(self.endpoint(), List(5, odd=False))
        refused = made.first()
        self.assertEqual(refused.status, campaign.UNUSABLE, refused.stderr)
        self.assertIn("belongs to another user", refused.stderr)
        self.assertEqual(sorted(path.name for path in victim.iterdir()), ["report.html"])
        self.assertEqual(made.endpoint.ledger().arrived, [])

    def test_links_and_pipes_in_place_of_a_runs_files_are_refused(self):
        made = self.campaign(self.endpoint(), List(5, odd=False))
        self.expect_status(made.first(), campaign.ACCEPTED)
        record = made.run_folder / "run.json"
        kept = record.read_bytes()
        target = self.folder / "elsewhere.json"
        target.write_bytes(kept)
        for make in (lambda: record.symlink_to(target), lambda: os.mkfifo(record, 0o600),
                     record.mkdir):
            record.unlink()
            make()
            for words in (("status", made.run_folder), ("resume", made.run_folder),
                          ("verify", made.run_folder), ("report", made.run_folder)):
                refused = made.run(*words, seconds=20)
                self.assertNotEqual(refused.status, 0, words)
                self.assertNotIn("can be removed", refused.stderr)
            if record.is_dir() and not record.is_symlink():
                record.rmdir()
                record.write_bytes(b"")
        record.unlink()
        record.write_bytes(kept)
        self.assertEqual(made.verify().status, 0)

    def test_devices_and_pipes_are_no_campaign_and_no_list(self):
        made = self.campaign(self.endpoint(), List(5, odd=False))
        pipe = self.folder / "pipe"
        os.mkfifo(pipe, 0o600)
        for place in (pipe, "/dev/zero", self.folder):
            self.assertEqual(made.run("plan", place, seconds=20).status, campaign.UNUSABLE)
            list_refused = made.run("plan", made.file, "--recipients", place, seconds=20)
            self.assertEqual(list_refused.status, campaign.UNUSABLE, list_refused.stderr)
        with open("/dev/zero", "rb") as endless:
            refused = made.first("--recipients", "-", stdin=endless, seconds=20)
        self.assertEqual(refused.status, campaign.UNUSABLE, refused.stderr)
        self.assertIn("standard input is a device", refused.stderr)
        self.assertEqual([path for path in self.folder.rglob("*.stdin*")], [])

    def test_a_signal_while_standard_input_is_read_leaves_nothing_of_it(self):
        made = self.campaign(self.endpoint(), List(5, odd=False))
        reading, writing = os.pipe()
        process = made.start("send", made.file, "--recipients", "-", "--yes", stdin=reading)
        os.close(reading)
        os.write(writing, b"toNo\n+16502530000\n")
        part = until(lambda: list(self.folder.rglob("*.stdin.part")), 30, "nothing is kept")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), campaign.STOPPED, process.stderr)
        os.close(writing)
        self.assertFalse(part[0].exists())


class Users(Scenario):
    """The program as a user without rights, whose memory is not to be looked into either."""

    def test_a_campaign_of_a_user_without_rights_is_steered_and_not_dumpable(self):
        if os.geteuid() != 0:
            self.skipTest("needs root")
        endpoint = self.endpoint()
        os.chmod(self.folder, 0o755)
        home = self.folder / "home"
        home.mkdir()
        for path in (endpoint.folder, pathlib.Path(endpoint.ca_file)):
            os.chmod(path, 0o755)
        made = self.campaign(endpoint, List(60, odd=False), folder=home, limits=["10/1s"])
        for path in (home, *home.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        become = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")
        process = made.start("send", made.file, "--yes", "--no-progress", through=become)
        until(lambda: len(endpoint.ledger().arrived) >= 5 or not process.running(), 30,
              f"it did not begin: {process.stderr}")
        self.assertTrue(process.running(), process.stderr)
        # What the kernel gives to root of a process that nobody may look into.
        self.assertEqual(os.stat(f"/proc/{process.child.pid}/environ").st_uid, 0)
        with open(f"/proc/{process.child.pid}/limits", encoding="utf-8") as limits:
            self.assertIn("Max core file size        0                    0", limits.read())
        steered = made.start("control", made.run_folder, "rate", "none", through=become)
        self.assertEqual(steered.wait(30), 0, steered.stderr)
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), campaign.STOPPED, process.stderr)

    def test_peers_that_say_nothing_keep_nobody_from_steering(self):
        made = self.campaign(self.endpoint(), List(200, odd=False), limits=["10/1s"])
        process = made.start("send", made.file, "--yes", "--no-progress")
        until(lambda: len(made.endpoint.ledger().arrived) >= 3, 30, process.stderr)
        silent = []
        for _ in range(12):
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(str(made.run_folder / "control.sock"))
            peer.send(b"pau")
            silent.append(peer)
        begun = time.monotonic()
        self.expect_status(made.run("control", made.run_folder, "pause", seconds=20), 0)
        print(f"steered after {time.monotonic() - begun:.2f} s beside 12 silent peers", flush=True)
        for peer in silent:
            self.assertTrue(peer.recv(1) in (b"", b"n"))  # given up by the run, not by us
            peer.close()
        self.expect_status(made.run("control", made.run_folder, "stop", seconds=20), 0)
        self.assertEqual(process.wait(60), campaign.STOPPED, process.stderr)


if __name__ == "__main__":
    unittest.main()
