"""One verb: how many data members a class may have. A plain record, a struct with nothing but data,
constants and comparisons, is a list of facts and may be longer."""

import re

from source_tree import Finding

ROOMS = {"core", "store", "runner", "net"}
MEMBERS = 15

# Classes that have more, by path and name, with the number they may have and the reason. A number
# that is not reached any more, or a class that is gone, has to leave the table.
EXCUSED = {
    ("src/core/progress.hpp", "progress_snapshot"): (25, "a list of facts; its functions add"),
    ("src/runner/campaign_loop.hpp", "campaign::loop"): (24, "until its carriers are one thing"),
    ("src/runner/list_feed.hpp", "list_feed"): (19, "two threads' sides and what is between them"),
    ("src/runner/network_thread.hpp", "network_thread"): (23, "two threads' sides and what is "
                                                              "between them"),
    ("src/store/journal_parts.hpp", "journal::parts"): (19, "until checkpoints are apart"),
    ("src/store/outcome_log.cpp", "outcome_log::parts"): (16, "until its pieces are apart"),
}


def check(tree, excused=None):
    excused = EXCUSED if excused is None else excused
    findings, used = [], set()
    for source in tree.files("src"):
        if source.room not in ROOMS:
            continue
        for kind in classes_of(source.code):
            key = (source.path, kind.name)
            most = excused[key][0] if key in excused else MEMBERS
            if key in excused:
                used.add(key)
                if kind.members < most:
                    findings.append(Finding(source.path, kind.line,
                                            f"'{kind.name}' has {kind.members} data members now: "
                                            "lower its number in tests/style/members.py, or take "
                                            "it out"))
            if kind.has_functions and kind.members > most:
                findings.append(Finding(source.path, kind.line,
                                        f"'{kind.name}' has {kind.members} data members; at most "
                                        f"{most}: split it by verb"))
    for path, name in sorted(set(excused) - used):
        if tree.exists("src"):
            findings.append(Finding(path, 1, f"'{name}' is gone: take it out of "
                                             "tests/style/members.py"))
    return findings


class Kind:
    """A class or struct with a body."""

    def __init__(self, name, line):
        self.name = name
        self.line = line
        self.members = 0
        self.has_functions = False


_HEAD = re.compile(r"\b(class|struct)\s+(?:\[\[[^\]]*\]\]\s*)?([A-Za-z_][\w:]*)"
                   r"(?:\s+final)?\s*(?::(?!:)[^;{}()]*)?\{")
_NOT_DATA = re.compile(r"^(using|typedef|friend|static|template|enum|class|struct|union|"
                       r"static_assert)\b")


def classes_of(code):
    code = re.sub(r"(?m)^[ \t]*#[^\n]*", lambda m: " " * len(m[0]), code)
    found = []
    for match in _HEAD.finditer(code):
        if re.search(r"\benum\s+$", code[:match.start()]):
            continue
        kind = Kind(match.group(2), code.count("\n", 0, match.start()) + 1)
        for statement in statements_of(body_at(code, match.end() - 1)):
            judge(kind, statement)
        found.append(kind)
    return found


def body_at(code, opens):
    """What is between the brace at `opens` and the one that closes it."""
    depth = 0
    for at in range(opens, len(code)):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        if depth == 0:
            return code[opens + 1:at]
    return code[opens + 1:]


def statements_of(body):
    """Declarations, with whatever stands in braces blanked to {}; a body of a function ends one."""
    statements, text, depth = [], "", 0
    for char in body:
        if char == "{":
            depth += 1
            text += "{" if depth == 1 else ""
        elif char == "}":
            depth -= 1
            if depth > 0:
                continue
            text += "}"
            if ends_here(text):
                statements.append(text)
                text = ""
        elif depth == 0:
            if char == ";":
                statements.append(text)
                text = ""
            else:
                text += char
    statements.append(text)
    plain = (re.sub(r"\s+", " ", one).strip() for one in statements)
    return [re.sub(r"^((public|private|protected) ?: ?)+", "", one) for one in plain if one]


def ends_here(text):
    """Whether the brace that was just closed was a function's body, not an initializer."""
    head = without_templates(text[:text.index("{")])
    if re.match(r"\s*((public|private|protected)\s*:\s*)*(class|struct|enum|union)\b", head):
        return False
    if "(" not in head or re.search(r"=\s*$", head):
        return False
    # An initializer in the list of a constructor: its body comes after it.
    last = text[:text.rindex("{")] if text.count("{") > 1 else text[:text.index("{")]
    return not re.search(r"[:,]\s*[\w:<>]+\s*$", without_templates(last))


def without_templates(text):
    """Without <...>, innermost first, so that parentheses inside them do not count."""
    while True:
        fewer = re.sub(r"(?<=[\w>])<[^<>;]*>", "", text)
        if fewer == text:
            return text
        text = fewer


def judge(kind, statement):
    # A nested type counts for itself; a member may be declared with it.
    nested = re.match(r"^(?:class|struct|union|enum)\b[^{]*\{\}\s*(.*)$", statement)
    if nested:
        kind.members += 1 if re.match(r"\w", nested.group(1)) else 0
        return
    plain = without_templates(statement.split("=")[0] if "operator" not in statement else statement)
    if "(" in plain or statement.startswith("template"):
        if "operator==" not in plain and "operator<=>" not in plain:
            kind.has_functions = True
        return
    if _NOT_DATA.match(statement):
        return
    names = re.sub(r"\{[^{}]*\}|\[[^\]]*\]", "", plain)
    if re.search(r"\w", names):
        kind.members += 1 + names.count(",")
