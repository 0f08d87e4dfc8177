"""What the end-to-end tests share: an endpoint, a list, a campaign file, and the program itself.

Every process is started in a group of its own and ended with the test, whatever happens. Nothing is
left outside the test's temporary folder.
"""

import collections
import ctypes
import datetime
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import oracle
from oracle import Row
from served_gateway import ask_admin

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("TIDINGS_PROGRAM", "")
SEED = int(os.environ.get("TIDINGS_SEED", "1"))
BOT = "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440"
CLIENT = "cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5"
SECRET = "independent-secret"
SENDER = "+16693422058"

ACCEPTED, INTERNAL, USAGE, SOME_NOT, SOME_UNKNOWN, NOTHING, STOP_RULE, STOPPED = range(8)
CREDENTIALS, BUSY, UNUSABLE, JOURNAL = 8, 9, 10, 74


# For a server that is meant to fail often, all the time: nothing is held back for that.
NO_TROUBLE = 'in_a_row = 0\nshare = ""'


def die_with_the_test():
    """In the child: ended by the kernel when the test is, even by SIGKILL."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Process:
    """A child in a group of its own, with its output in files."""

    def __init__(self, arguments, folder, name, environment=None, stdin=None):
        self.stdout_path = pathlib.Path(folder) / f"{name}.stdout"
        self.stderr_path = pathlib.Path(folder) / f"{name}.stderr"
        with open(self.stdout_path, "wb") as out, open(self.stderr_path, "wb") as err:
            self.child = subprocess.Popen(
                [str(word) for word in arguments], cwd=folder, env=environment, stdout=out,
                stderr=err, stdin=stdin if stdin is not None else subprocess.DEVNULL,
                start_new_session=True, preexec_fn=die_with_the_test)

    @property
    def stdout(self):
        return self.stdout_path.read_text(encoding="utf-8", errors="replace")

    @property
    def stderr(self):
        return self.stderr_path.read_text(encoding="utf-8", errors="replace")

    @property
    def status(self):
        return self.child.returncode

    def running(self):
        return self.child.poll() is None

    def signal(self, number):
        if self.running():
            self.child.send_signal(number)

    def wait(self, seconds):
        """The exit status; None when it is still running after that time."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self):
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait(10)

    def json_lines(self, text=None):
        found = []
        for line in (self.stdout if text is None else text).splitlines():
            if line.startswith("{"):
                try:
                    found.append(json.loads(line))
                except ValueError:
                    pass  # a line that SIGKILL cut
        return found


def until(condition, seconds, what):
    """Waits for something to be so; fails with `what` when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"after {seconds} s: {what}")


class Endpoint:
    """tests/support/independent_endpoint.py, running."""

    def __init__(self, folder, *options, name="endpoint", environment=None):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        script = HERE.parent / "support" / "independent_endpoint.py"
        self.process = Process([sys.executable, script, "--folder", self.folder, "--seed", SEED,
                                "--key", SECRET, *options], folder, name,
                               os.environ | environment if environment else None)
        line = until(self.started, 60, f"the endpoint did not start: {self.process.stderr}")
        self.port, self.url, self.ca_file = line["port"], line["url"], line["ca_file"]

    def started(self):
        if not self.process.running():
            raise AssertionError(f"the endpoint ended: {self.process.stderr}")
        return next(iter(self.process.json_lines()), None)

    def ledger(self):
        path = self.folder / "ledger.ndjson"
        return oracle.Ledger.read(path)

    def arrived(self):
        return self.process.running() and len(self.ledger().arrived)

    def end(self):
        self.process.end()


class Gateway:
    """`tidings gateway`, as an endpoint. Its ledger knows the messages it processed, not all that
    arrived, so that the windows are judged by those."""

    def __init__(self, folder, *options, name="gateway", faults=""):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        # The options that both endpoints know.
        if "--latency" in options:
            low, high = options[options.index("--latency") + 1].split("..")
            if float(high) > 0:
                faults += (f'[[fault]]\nwhat = "delay"\nwait = "{float(low) * 1000:.0f}ms..'
                           f'{float(high) * 1000:.0f}ms"\n')
        limits = [word for at, word in enumerate(options) if options[at - 1] == "--limit"]
        (self.folder / "gateway.toml").write_text(f"""[server]
listen = "127.0.0.1:0"
admin = "127.0.0.1:0"
folder = "{self.folder}/files"
ledger_file = "{self.folder}/ledger.ndjson"
[faults]
seed = {SEED}
{faults}
[[app]]
client_id = "{CLIENT}"
client_secret = "{SECRET}"
bots = ["{BOT}"]
[[bot]]
id = "{BOT}"
limits = {json.dumps(limits)}
[[bot.number]]
number = "{SENDER}"
""", encoding="utf-8")
        self.process = Process([PROGRAM, "gateway", self.folder / "gateway.toml"], folder, name)
        text = until(self.started, 60, f"the gateway did not start: {self.process.stderr}")
        self.url = re.search(r"https://\S+:\d+", text).group(0)
        self.ca_file = re.search(r"(?m)^trust +(.+)$", text).group(1)
        self.admin = re.search(r"http://127.0.0.1:\d+", text).group(0)

    def started(self):
        if not self.process.running():
            raise AssertionError(f"the gateway ended: {self.process.stderr}")
        text = self.process.stdout
        return text if "curl" in text or "app " in text else None

    def ledger(self):
        """What its admin port says: complete at any moment, which the file is only at a tick."""
        with ask_admin(self.admin, self.folder / "files", "ledger?numbers=full") as answer:
            text = answer.read().decode()
        book = oracle.Ledger([], collections.Counter(), {}, [])
        for line in text.splitlines():
            entry = json.loads(line)
            at = datetime.datetime.fromisoformat(entry["ts"].replace("Z", "+00:00")).timestamp()
            book.arrived.append({"at": at, "to": entry["to"], "from": entry["from"],
                                 "id": entry["n"]})
            book.processed[entry["to"]] += 1
        return book

    def arrived(self):
        return len(self.ledger().arrived)

    def change(self, tables, what="settings"):
        """Others from now on; fails when they are refused."""
        ask_admin(self.admin, self.folder / "files", what, tables).close()

    def end(self):
        self.process.end()


def number(index, seed=SEED):
    """A number of its own for every index: ten million of them, shuffled by the seed."""
    return f"+1650{(index * 7919 + seed * 104729) % 10_000_000:07d}"


def spelled(to, dice):
    """The same number as people write it."""
    d = to[1:]
    return dice.choice([to, to, f"+{d[0]} ({d[1:4]}) {d[4:7]}-{d[7:]}", f"00{d}",
                        f"+{d[0]} {d[1:4]} {d[4:7]} {d[7:]}", f" {to} "])


class List:
    """A recipient list with everything real lists have, and what screening must make of it."""

    def __init__(self, sendable, seed=SEED, odd=True, first=0):
        dice = random.Random(seed)
        self.rows, self.spellings, self.suppressed = [], [], []
        made = [(number(first + i, seed), "sendable") for i in range(sendable)]
        if odd:
            bad = ["", "abc", "+0123456789", "12345", "+1650", "+12345678901234567", "n/a"]
            made += [(text, "invalid") for text in bad[:4] + bad[5:]] * (1 + sendable // 1000)
            self.suppressed = [number(first + sendable + i, seed) for i in range(25)]
            made += [(to, "suppressed") for to in self.suppressed]
        dice.shuffle(made)
        for text, kind in made:
            self.add(text, kind, dice if odd else None)
            if odd and kind == "sendable" and dice.random() < 0.03:
                self.add(text, "duplicate", dice)

    def add(self, text, kind, dice):
        to = "" if kind == "invalid" else text
        self.rows.append(Row(len(self.rows) + 1, to, kind))
        self.spellings.append(spelled(text, dice) if dice and to else text)

    def sendable(self):
        return [row for row in self.rows if row.screening == "sendable"]

    def csv(self, separator=","):
        """BOM, CRLF, columns before and after, quotes, separators and line ends inside fields."""
        lines = ["\ufeff" + separator.join(["name", "toNo", "remark"])]
        for row, text in zip(self.rows, self.spellings):
            name = ['plain', '"Doe, Jane"', '"said ""hi"""', '"two\r\nlines"', ''][row.number % 5]
            if separator == "\t":
                name = name.replace('"', '').replace('\r\n', ' ')
            field = f'"{text}"' if row.number % 3 == 0 and separator == "," else text
            lines.append(separator.join([name, field, "ünïcode"]))
        return ("\r\n".join(lines) + "\r\n").encode()

    def ndjson(self):
        return "".join(json.dumps({"id": row.number, "toNo": text, "x": {"toNo": 1}}) + "\n"
                       for row, text in zip(self.rows, self.spellings)).encode()

    def lines(self):
        # An empty line is no row in this format, so that a row without a number is spelled out.
        return "".join((text or "none") + "\n" for text in self.spellings).encode()


class Campaign:
    """A folder with a campaign file, its list, and the program run in it."""

    def __init__(self, folder, endpoint, rows=None, **settings):
        self.folder = pathlib.Path(folder)
        self.endpoint = endpoint
        self.list = rows
        self.name = settings.get("name", "november")
        self.settings = settings
        self.limits = settings.get("limits", [])
        self.processes = []
        self.count = 0
        recipients = settings.get("recipients", "recipients.csv")
        if rows is not None and recipients == "recipients.csv":
            (self.folder / recipients).write_bytes(rows.csv())
        if rows is not None and rows.suppressed:
            (self.folder / "dnc.txt").write_text("\n".join(rows.suppressed) + "\n", encoding="utf-8")
        self.file = self.folder / f"{self.name}.toml"
        self.file.write_text(self.text(recipients), encoding="utf-8")

    @property
    def run_folder(self):
        return self.folder / "runs" / self.name

    def text(self, recipients):
        s = self.settings
        suppress = '["dnc.txt"]' if self.list is not None and self.list.suppressed else "[]"
        return f"""name = "{self.name}"
[recipients]
file = "{recipients}"
to = "{s.get("to", "toNo")}"
suppress = {suppress}
[[bot]]
url = "{s.get("url", self.endpoint.url if self.endpoint else "")}"
bot_id = "{s.get("bot", BOT)}"
ca_file = "{s.get("ca_file", self.endpoint.ca_file if self.endpoint else "")}"
connections_max = {s.get("connections", 16)}
limits = {json.dumps(self.limits)}
pace = "{s.get("pace", "earliest")}"
client_id = "{CLIENT}"
{"" if s.get("no_secret") else 'client_secret = { env = "TIDINGS_CLIENT_SECRET" }'}
{s.get("bot_more", "")}
[[bot.sender]]
from = "{SENDER}"
limits = {json.dumps(s.get("sender_limits", []))}
[trouble]
{s.get("trouble", 'ask_every = "100ms..1s"')}
[stop]
rejected_in_a_row = {s.get("rejected_in_a_row", 50)}
{s.get("more", "")}
"""

    def environment(self, **more):
        kept = {key: value for key, value in os.environ.items()
                if not key.startswith("TIDINGS_") and not key.lower().endswith("_proxy")}
        return kept | {"TIDINGS_CLIENT_SECRET": self.settings.get("secret", SECRET),
                       "XDG_STATE_HOME": str(self.folder / "state"), "LC_ALL": "C.UTF-8"} | self.settings.get("environment", {}) | more

    def start(self, *arguments, stdin=None, through=(), **environment):
        """`through`: a program that starts ours, such as nohup."""
        self.count += 1
        process = Process([*through, PROGRAM, *arguments], self.folder, f"{self.name}-{self.count}",
                          self.environment(**environment), stdin)
        self.processes.append(process)
        return process

    def run(self, *arguments, seconds=120, stdin=None, **environment):
        process = self.start(*arguments, stdin=stdin, **environment)
        if process.wait(seconds) is None:
            process.end()
            raise AssertionError(f"{' '.join(map(str, arguments))} ran for more than {seconds} s\n"
                                 f"{process.stderr[-2000:]}")
        return process

    def first(self, *more, **options):
        return self.run("send", self.file, "--yes", "--no-progress", *more, **options)

    def resume(self, *more, **options):
        return self.run("resume", self.run_folder, "--yes", "--no-progress", *more, **options)

    def verify(self):
        return self.run("verify", self.run_folder)

    def outcomes(self):
        return oracle.read_outcomes(self.run_folder)

    def summary(self):
        return json.loads((self.run_folder / "summary.json").read_text(encoding="utf-8"))

    def counts(self):
        return collections.Counter(line["outcome"] for line in self.outcomes())

    def snapshot(self):
        """What must not change when a finished run is resumed."""
        kept = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in self.run_folder.glob("outcomes*")}
        summary = self.summary()
        return kept | {key: summary[key] for key in (*oracle.OUTCOMES, "rows", "requests",
                                                     "retries", "exit_status", "started_at")}

    def end(self):
        for process in self.processes:
            process.end()


class Scenario(unittest.TestCase):
    """One test: a temporary folder, an endpoint, a campaign, and the oracle at the end."""

    maxDiff = None

    def setUp(self):
        if not PROGRAM or not os.access(PROGRAM, os.X_OK):
            self.fail(f"TIDINGS_PROGRAM names no program: '{PROGRAM}'")
        print(f"{self.id()}: seed {SEED}", flush=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidings-e2e-"))
        self.ending = []

    def tearDown(self):
        for one in reversed(self.ending):
            one.end()
        if os.environ.get("TIDINGS_KEEP"):
            print(f"kept: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def endpoint(self, *options, **more):
        made = Endpoint(self.folder, *options, **more)
        self.ending.append(made)
        return made

    def campaign(self, endpoint, rows=None, **settings):
        made = Campaign(settings.pop("folder", self.folder), endpoint, rows, **settings)
        self.ending.append(made)
        return made

    def judge(self, campaign, unfinished=False, resume_again=True, limits=None):
        """I1 to I7 of a run that came to its end (or was stopped in good order)."""
        ledger = campaign.endpoint.ledger()
        outcomes = campaign.outcomes()
        summary = campaign.summary()
        found = oracle.check_messages(campaign.list.rows, outcomes, ledger, unfinished)
        asked = campaign.limits if limits is None else limits
        found += oracle.check_windows(ledger, asked, campaign.settings.get("sender_limits", []))
        found += oracle.check_accounts(outcomes, summary, None if unfinished else campaign.list.rows)
        self.assertEqual(found, [])
        verified = campaign.verify()
        self.assertEqual(verified.status, 0, verified.stdout + verified.stderr)
        self.assertIn("0 twice", verified.stdout)
        if resume_again and not unfinished:
            before = campaign.snapshot()
            again = campaign.resume()
            self.assertEqual(again.status, summary["exit_status"], again.stderr)
            self.assertEqual(campaign.snapshot(), before,
                             "I6: resuming changed something")
            self.assertEqual(len(campaign.endpoint.ledger().arrived), len(ledger.arrived),
                             "I6: resuming sent something")
        return ledger, outcomes, summary

    def expect_status(self, process, status):
        self.assertEqual(process.status, status,
                         f"{process.stdout[-1500:]}\n{process.stderr[-3000:]}")

    def expect_error(self, process, status, *words):
        """One line of error that names the thing; nothing sent."""
        self.expect_status(process, status)
        text = process.stderr
        for word in words:
            self.assertRegex(text, re.compile(word, re.IGNORECASE))
        self.assertNotIn(SECRET, text + process.stdout)
