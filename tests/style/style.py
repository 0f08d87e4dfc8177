#!/usr/bin/env python3
"""Runs one style check over a tree:  style.py CHECK [ROOT]

CHECK is one of those below. Prints a line for each broken rule (path:line: what to do) and fails
when there is one.
"""

import pathlib
import sys

import assertions
import clocks
import imitation
import layers
import limits
import members
import names
import proofs
from source_tree import SourceTree

CHECKS = {
    "layers": (layers.check,),
    "clocks": (clocks.check, clocks.check_tests),
    "limits": (limits.check,),
    "members": (members.check,),
    "names": (names.check,),
    "assertions": (assertions.check,),
    "proofs": (proofs.check,),
    "imitation": (imitation.check,),
}


def main(arguments):
    if not arguments or arguments[0] not in CHECKS or len(arguments) > 2:
        print(__doc__, file=sys.stderr)
        return 2
    default = pathlib.Path(__file__).resolve().parents[2]
    tree = SourceTree(arguments[1] if len(arguments) == 2 else default)
    files = len(tree.files("include", "src", "tests"))
    if files == 0:
        print(f"style: no sources under {tree.root}", file=sys.stderr)
        return 2
    findings = [finding for check in CHECKS[arguments[0]] for finding in check(tree)]
    for finding in findings:
        print(finding)
    print(f"{arguments[0]}: {len(findings)} broken rules in {files} files")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
