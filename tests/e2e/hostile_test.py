#!/usr/bin/env python3
"""Two bots, and the endpoint of one means harm: the other one's rows go out, deadlines come, memory
stays small, and SIGTERM is obeyed."""

import os
import pathlib
import re
import signal
import unittest

import campaign
from campaign import CLIENT, SENDER, List, Scenario, until
from hostile_server import KINDS, HostileServer

LONG = os.environ.get("TIDINGS_LONG") == "1"
USUAL = ("extensions", "head", "drip", "ping", "empty data", "interim heads")
MEMORY_MAX = 64 << 20


def memory_of(process):
    """Resident bytes, the most there ever were."""
    text = pathlib.Path(f"/proc/{process.child.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) * 1024


class Floods(Scenario):
    def beside(self, kind, at):
        folder = self.folder / str(at)
        folder.mkdir()
        honest = campaign.Endpoint(folder)
        harm = HostileServer(kind)
        self.ending += [honest, harm]
        made = self.campaign(honest, List(60, odd=False), folder=folder, name=f"beside-{at}",
                             more=f"""
[[bot]]
url = "{harm.url}"
bot_id = "st-00000000-0000-0000-0000-00000000dead"
ca_file = "{harm.ca_file}"
limits = []
request_timeout = "1s"
late_for = "1s"
connect_timeout = "2s"
client_id = "{CLIENT}"
client_secret = {{ env = "TIDINGS_CLIENT_SECRET" }}
[[bot.sender]]
from = "{SENDER}"
""")
        return made, harm

    def test_an_honest_bot_beside_any_flood(self):
        for at, kind in enumerate(KINDS if LONG else USUAL):
            with self.subTest(kind):
                made, harm = self.beside(kind, at)
                process = made.start("send", made.file, "--yes", "--no-progress")
                # About half of the rows are the honest one's, and each of them goes out.
                until(lambda on=made, by=process: on.endpoint.arrived() >= 20 or not by.running(),
                      60, f"{kind}: the honest bot starves\n{process.stderr[-1000:]}")
                until(lambda by=harm: by.requests > 0, 30, f"{kind}: nobody came to be flooded")
                memory = memory_of(process) if process.running() else 0
                process.signal(signal.SIGTERM)
                status = process.wait(60)
                # Who begins to say 200 and goes on for ever has accepted that row, oddly.
                self.assertIn(status, (campaign.ACCEPTED, campaign.STOPPED, campaign.SOME_UNKNOWN),
                              process.stderr)
                self.assertLess(memory, MEMORY_MAX, kind)
                ledger = made.endpoint.ledger()
                self.assertEqual(max(ledger.processed.values()), 1)
                honest = [line["outcome"] for line in made.outcomes()
                          if line["bot"] == campaign.BOT]
                self.assertEqual(honest, ["accepted"] * len(ledger.arrived), kind)
                self.assertGreaterEqual(len(honest), 20, kind)


if __name__ == "__main__":
    unittest.main(verbosity=2)
