"""Names: trade nouns, never a drawer. Also words that have no place in finished code."""

import re

from source_tree import Finding

DRAWERS = re.compile(r"(?:^|_)(manager|helper|util|engine)s?(?:_|$)")
# Names that other libraries gave; we only spell them.
FOREIGN = {"default_random_engine", "generated_message_util", "util"}
FILES = {"send", "connect", "bind"}  # POSIX names; a file of that name would hide what it does
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def check(tree):
    findings = []
    for source in tree.files("include", "src", "tests", "bench"):
        stem = source.parts[-1].rsplit(".", 1)[0]
        if stem in FILES or DRAWERS.search(stem):
            findings.append(Finding(source.path, 1, f"'{stem}' is no name for a file here"))
        if not re.fullmatch(r"[a-z0-9_]+", stem):
            findings.append(Finding(source.path, 1, "file names are snake_case"))
        for number, line in enumerate(source.lines, 1):
            match = UNFINISHED.search(line)
            if match:
                findings.append(Finding(source.path, number, f"'{match.group(0)}' is unfinished work"))
        for number, line in enumerate(source.code.split("\n"), 1):
            findings += check_line(source.path, number, line)
    return findings


def check_line(path, number, line):
    findings = []
    if line.lstrip().startswith("#"):
        return findings
    for word in set(re.findall(r"\b[a-z][a-z0-9_]*\b", line)) - FOREIGN:
        match = DRAWERS.search(word)
        if match:
            findings.append(Finding(path, number, f"'{word}': name what it does; "
                                                  f"'{match.group(1)}' is a drawer"))
    match = re.search(r"\b(?:class|struct|union|enum(?:\s+class)?)\s+(\w*[A-Z]\w*)\s*(?:[:{]|final)",
                      line)
    if match:
        findings.append(Finding(path, number, f"'{match.group(1)}': types are snake_case"))
    return findings
