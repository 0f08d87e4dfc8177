"""Time and randomness are arguments; one file asks the system.

`runner/clock` reads the clocks. Whatever else must do so stands in EXCEPTIONS with its reason; an
exception that nothing needs any more is reported too, so that the table stays true.
"""

import re

from source_tree import Finding

CLOCK = ("src/runner/clock.hpp", "src/runner/clock.cpp")
READS = re.compile(
    r"::now\s*\(|\bclock_gettime\b|\bgettimeofday\b|\btimespec_get\b|\bftime\s*\(|"
    r"(?<![\w.>:])(?:std::|::)?time\s*\(\s*(?:nullptr|NULL|0|&)|"
    r"\brandom_device\b|(?<![\w.>])(?:std::|::)?rand\s*\(\s*\)|\bgetrandom\b|\bgetentropy\b|"
    r"\barc4random\w*\b|\bRAND_(?:priv_)?bytes\b|\bsleep_for\b|\bsleep_until\b|"
    r"(?<![\w.>:])(?:::)?(?:usleep|nanosleep|clock_nanosleep)\s*\(|(?<![\w:])::sleep\s*\(")

# (path, what it may ask, why)
EXCEPTIONS = (
    ("src/codec/tokens/jwe.cpp", "RAND_bytes", "a content key must be unpredictable; nobody replays it"),
    ("src/gateway/server/certificate.cpp", "RAND_bytes", "serial numbers of certificates made on the spot"),
    ("src/gateway/server/admin_gate.cpp", "RAND_bytes", "the admin port's token must be unguessable"),
    ("src/wire/readiness.cpp", "sleep_for", "a rest; how long is the argument of who asked for it"),
    ("src/app/commands/inspect.cpp", "sleep_for", "status --watch redraws once a second"),
)


def check(tree, exceptions=EXCEPTIONS):
    findings, used = [], set()
    for source in tree.files("include", "src"):
        if source.path in CLOCK:
            continue
        for number, line in enumerate(source.code.split("\n"), 1):
            for match in READS.finditer(line):
                excused = [(path, what) for path, what, _ in exceptions
                           if path == source.path and what in match.group(0)]
                used.update(excused)
                if not excused:
                    findings.append(Finding(
                        source.path, number,
                        f"'{match.group(0).strip()}' asks the system: take the time or the "
                        "generator as an argument (runner/clock reads the clocks)"))
    for path, what, _ in exceptions:
        if tree.exists(path) and (path, what) not in used:
            findings.append(Finding(path, 1, f"no longer needs its exception for {what}: take it "
                                             "out of tests/style/clocks.py"))
    return findings


def check_tests(tree):
    """Tests do not wait for time to pass."""
    findings = []
    for source in tree.files("tests"):
        for number, line in enumerate(source.code.split("\n"), 1):
            match = re.search(r"\bsleep_(?:for|until)\b|\b(?:usleep|nanosleep)\s*\(", line)
            if match:
                findings.append(Finding(source.path, number,
                                        f"'{match.group(0)}': a test waits for an event, not for time"))
    return findings
