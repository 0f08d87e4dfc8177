"""The simulation runs what ships: no file of it imitates one of the product.

Found by what such files say of themselves ("as runner/journal_writer does it") and by their names
(simulated_writer beside journal_writer is one; a double of an interface lies in tests/support).
"""

import re

from source_tree import Finding

FOLDER = "tests/simulation"
# Words that an imitation has for its model: "as app/run_session does it", "like store/journal".
MODEL = re.compile(r"\b(?:as|like)\s+(?:in\s+|the\s+)?(?:src/)?"
                   r"(app|run|runner|store|core|codec|net|wire|view)/\w+")
IMITATES = re.compile(r"\b(imitat\w+|mimic\w*|re-?implement\w*|cop(?:y|ied) of src/)\b")
DOUBLE = re.compile(r"^(?:simulated|scripted|manual|memory|fake|virtual)_")


def comments_of(source):
    """(line, text) of each comment; one that goes over several lines is joined."""
    joined, first = "", 0
    for number, line in enumerate(source.lines, 1):
        match = re.search(r"//\s?(.*)$", line)
        if match:
            first = first or number
            joined += " " + match.group(1)
            continue
        if joined:
            yield first, joined
        joined, first = "", 0
    if joined:
        yield first, joined


def check(tree):
    findings = []
    product = {}
    for source in tree.files("src"):
        product.setdefault(source.parts[-1].rsplit(".", 1)[0], source.path)
    for source in tree.files(FOLDER):
        stem = source.parts[-1].rsplit(".", 1)[0]
        bare = DOUBLE.sub("", stem)
        twins = [path for name, path in product.items()
                 if name == bare or (bare != stem and name.endswith("_" + bare))]
        for twin in sorted(twins)[:1]:
            findings.append(Finding(source.path, 1, f"a twin of {twin} by its name: call that "
                                                    "instead of imitating it"))
        for number, text in comments_of(source):
            match = MODEL.search(text) or IMITATES.search(text)
            if match:
                findings.append(Finding(source.path, number, f"'{match.group(0)}': the simulation "
                                                             "calls the product, it has no copy"))
    return findings
