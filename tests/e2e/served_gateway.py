"""`tidings gateway` as clients that are not ours see it: started, asked by curl, ended."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

PROGRAM = os.environ.get("TIDINGS_PROGRAM", "tidings")
CLIENT = "cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5"
BOT = "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440"
SENDER = "+16693422058"
SECRET = "tidings-rehearsal-secret"
CALL = f"/api/public/bot/{BOT}/outboundsms"
SENTENCE = "Triggered the configured Experience flow to deliver message via SMS channel"
BODY = '{"fromNo": "+16693422058", "toNo": "+917760336484"}'
UNLIMITED = f"""[[bot]]
id = "{BOT}"
limits = []
[[bot.number]]
number = "{SENDER}"
"""


def ask_admin(admin, folder, target, tables=None):
    """The open answer: to a GET, or to a POST of tables. The token lies in the gateway's folder."""
    name, value = (pathlib.Path(folder) / "admin-token").read_text().strip().split(": ")
    request = urllib.request.Request(f"{admin}/_gateway/{target}",
                                     None if tables is None else tables.encode(),
                                     {name: value, "Content-Type": "application/toml"})
    return urllib.request.urlopen(request, timeout=60)


class ServedGateway:
    def __init__(self, folder, tables="", server="", arguments=()):
        self.folder = pathlib.Path(folder)
        file = self.folder / "gateway.toml"
        file.write_text('[server]\nlisten = "127.0.0.1:0"\nadmin = "127.0.0.1:0"\n'
                        f'folder = "{folder}/files"\n' + server + tables, encoding="utf-8")
        self.process = subprocess.Popen([PROGRAM, "gateway", str(file), *arguments],
                                        stdout=subprocess.PIPE, text=True)
        self.told = ""
        for line in self.process.stdout:
            self.told += line
            if line.startswith("}'"):  # the end of the curl line, which is the last that is told
                break
        self.host = re.search(r"https://(\S+:\d+) ", self.told).group(1)
        self.ca_file = re.search(r"(?m)^trust +(.+)$", self.told).group(1)
        self.admin = re.search(r"http://127.0.0.1:\d+", self.told).group(0)

    def get(self, target):
        with ask_admin(self.admin, self.folder / "files", target) as answer:
            return answer.read().decode()

    def stats(self):
        return json.loads(self.get("stats"))

    def ledger(self, query="?numbers=full"):
        return [json.loads(line) for line in self.get("ledger" + query).splitlines()]

    def change(self, what, tables=""):
        """The answer as JSON; a refusal is an answer, too."""
        try:
            with ask_admin(self.admin, self.folder / "files", what, tables) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return json.loads(refused.read())

    def end(self):
        self.process.terminate()
        status = self.process.wait(30)
        self.process.stdout.close()
        return status


class Outside(unittest.TestCase):
    """A test with gateways of its own, ended with it."""

    def scratch(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def gateway(self, tables="", server="", arguments=()):
        made = ServedGateway(self.scratch(), tables, server, arguments)
        self.addCleanup(made.end)
        return made

    def curl(self, gateway, token, body=BODY, *options):
        """Status (0: none), body, and curl's exit code."""
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--cacert", gateway.ca_file, *options,
             "--write-out", "\n%{http_code}", "--header", "Content-Type: application/json",
             "--header", f"auth: {token}", "--data", body, f"https://{gateway.host}{CALL}"],
            capture_output=True, text=True, timeout=60, check=False)
        answer, _, status = done.stdout.rpartition("\n")
        return int(status or 0), answer, done.returncode
