"""Judges a run by what the endpoint saw: the invariants I1 to I7 of docs/faults.md.

Nothing here asks tidings what happened, but for comparing its own accounts with each other (I7).
"""

import collections
import dataclasses
import json
import pathlib
import re
import subprocess

OUTCOMES = ("accepted", "rejected", "unknown", "failed", "expired", "invalid", "duplicate",
            "suppressed")
CERTAINLY_NOT = ("rejected", "failed", "expired")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclasses.dataclass(frozen=True)
class Row:
    """What the list says of a row: its number as +digits, and what screening must find."""

    number: int
    to: str
    screening: str = "sendable"  # sendable, invalid, duplicate, suppressed


@dataclasses.dataclass
class Ledger:
    """The endpoint's account."""

    arrived: list  # of dicts: at, to, from, id
    processed: collections.Counter  # by number
    status: dict  # id -> answered status
    refused: list  # requests that never became a message (401, 405, 412 ...)

    @staticmethod
    def read(path):
        ledger = Ledger([], collections.Counter(), {}, [])
        by_id = {}
        # The endpoint may be writing it: what is behind the last line's end is not told yet.
        for line in pathlib.Path(path).read_text(encoding="utf-8").split("\n")[:-1]:
            event = json.loads(line)
            kind = event["event"]
            if kind == "arrived":
                by_id[event["id"]] = event
                ledger.arrived.append(event)
            elif kind == "processed":
                ledger.processed[by_id[event["id"]]["to"]] += 1
            elif kind == "answered":
                ledger.status[event["id"]] = event["status"]
            elif kind == "refused":
                ledger.refused.append(event)
        return ledger


def read_outcomes(folder):
    """Every line of the outcome log, rotated pieces first. A line that is cut short is an error."""
    folder = pathlib.Path(folder)
    text = ""
    for piece in sorted(folder.glob("outcomes-*.ndjson*")):
        if piece.suffix == ".zst":
            text += subprocess.run(["zstd", "-dcq", str(piece)], capture_output=True, text=True,
                                   check=True, timeout=120).stdout
        else:
            text += piece.read_text(encoding="utf-8")
    last = folder / "outcomes.ndjson"
    if last.exists():
        text += last.read_text(encoding="utf-8")
    if text and not text.endswith("\n"):
        raise AssertionError(f"{last} ends in the middle of a line")
    return [json.loads(line) for line in text.splitlines()]


def worst_window(times, seconds):
    """The most arrivals in any span (t - seconds, t]."""
    worst, first = 0, 0
    times = sorted(times)
    for last, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        worst = max(worst, last - first + 1)
    return worst


def limit_of(text):
    count, number, unit = re.fullmatch(r"(\d+)/([0-9.]+)(ms|s|m|h)", text).groups()
    return int(count), float(number) * UNITS[unit]


def check_messages(rows, outcomes, ledger, unfinished=False):
    """I1, I2, I3: complaints, none when all is well. `unfinished`: rows may lack their outcome."""
    found = []
    for to, times in ledger.processed.items():
        if times > 1:
            found.append(f"I1: {to} was processed {times} times")
    known = {row.number: row for row in rows}
    by_row = collections.defaultdict(list)
    for line in outcomes:
        by_row[line["row"]].append(line)
    for number, lines in by_row.items():
        if number not in known:
            found.append(f"I2: row {number} is not in the list")
        if len(lines) != 1:
            found.append(f"I2: row {number} has {len(lines)} outcomes")
    listed = {row.to for row in rows if row.screening == "sendable"}
    for to in {event["to"] for event in ledger.arrived} - listed:
        found.append(f"I2: {to} was requested and is not to be sent to")
    for row in rows:
        lines = by_row.get(row.number)
        outcome = lines[0]["outcome"] if lines else None
        found += check_row(row, outcome, lines, ledger, unfinished)
    return found


def check_row(row, outcome, lines, ledger, unfinished):
    found = []
    times = ledger.processed[row.to] if row.screening == "sendable" else 0
    if outcome is None:
        if not unfinished:
            found.append(f"I2: row {row.number} has no outcome")
        elif times:
            found.append(f"I3: row {row.number} has no outcome and was processed")
        return found
    if outcome not in OUTCOMES:
        found.append(f"I2: row {row.number} has the outcome '{outcome}'")
    if row.screening != "sendable":
        if outcome != row.screening:
            found.append(f"I2: row {row.number} is {row.screening}, its outcome is {outcome}")
        return found
    if outcome in ("invalid", "duplicate", "suppressed"):
        found.append(f"I2: row {row.number} is sendable, its outcome is {outcome}")
    if lines[0].get("to") != row.to:
        found.append(f"I2: row {row.number} is to {row.to}, its line says {lines[0].get('to')}")
    if outcome == "accepted" and times != 1:
        found.append(f"I3: row {row.number} is accepted and was processed {times} times")
    if outcome in CERTAINLY_NOT and times != 0:
        found.append(f"I3: row {row.number} is {outcome} and was processed {times} times")
    return found


def check_doubts(in_doubt, bound):
    """I4."""
    if bound is not None and in_doubt > bound:
        return [f"I4: {in_doubt} rows in doubt, the bound says at most {bound}"]
    return []


def check_windows(ledger, limits, sender_limits=()):
    """I5, at the endpoint, by the moments at which requests were there."""
    found = []
    scopes = [("bot", limit, [event["at"] for event in ledger.arrived]) for limit in limits]
    senders = collections.defaultdict(list)
    for event in ledger.arrived:
        senders[event["from"]].append(event["at"])
    scopes += [(sender, limit, times) for sender, times in senders.items()
               for limit in sender_limits]
    for scope, limit, times in scopes:
        count, seconds = limit_of(limit)
        worst = worst_window(times, seconds)
        if worst > count:
            found.append(f"I5: {worst} requests of {scope} in a window of {limit}")
    return found


def check_accounts(outcomes, summary, rows=None):
    """I7: the outcome log and summary.json say the same."""
    found = []
    counts = collections.Counter(line["outcome"] for line in outcomes)
    for name in OUTCOMES:
        if summary.get(name) != counts[name]:
            found.append(f"I7: summary.json says {summary.get(name)} {name}, the log {counts[name]}")
    if rows is not None and summary.get("rows") != len(rows):
        found.append(f"I7: summary.json says {summary.get('rows')} rows, the list has {len(rows)}")
    return found


def expected_status(counts, unsent=0):
    """The exit status of a run that came to its end by itself (design: the worst one wins)."""
    if unsent:
        return 7
    if counts["unknown"]:
        return 4
    if counts["rejected"] or counts["failed"] or counts["expired"]:
        return 3
    return 0 if counts["accepted"] else 5
