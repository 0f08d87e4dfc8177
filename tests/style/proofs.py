"""The documents of what is proven name tests: each of them must be there.

A name is a word in backticks that begins with a room, `e2e.` or `fuzz.`, or with a suite of tests;
`*` stands for anything, as for ctest.
"""

import fnmatch
import re

from source_tree import Finding

DOCUMENTS = ("docs/faults.md", "docs/testing.md")
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)
INSTANCE = re.compile(r"^INSTANTIATE_TEST_SUITE_P\(\s*(\w+),\s*(\w+)", re.MULTILINE)


def unit_tests(tree):
    """(name, name without its room) of every test, as CTest lists them without the parameter."""
    for source in tree.files("tests"):
        room = source.parts[1]
        instances = {}
        for match in INSTANCE.finditer(source.text):
            instances.setdefault(match.group(2), []).append(match.group(1) + "/")
        for suite, name in TEST.findall(source.text):
            for prefix in instances.get(suite, [""]):
                yield f"{room}.{prefix}{suite}.{name}"
                yield f"{prefix}{suite}.{name}"


def other_tests(tree):
    for path in sorted(path for folder in ("e2e", "intermediaries")
                       for path in (tree.root / "tests" / folder).glob("*_test.py")):
        suite = ""
        for line in path.read_text(encoding="utf-8").split("\n"):
            if match := re.match(r"class (\w+)\(", line):
                suite = match.group(1)
            elif match := re.match(r"    def test_(\w+)", line):
                yield f"{path.parent.name}.{suite.lower()}.{match.group(1)}"
    listed = tree.root / "tests/e2e/CMakeLists.txt"
    if listed.exists():
        yield from re.findall(r"add_test\(NAME (e2e\.\w+)", listed.read_text(encoding="utf-8"))
    for path in (tree.root / "tests/fuzz").glob("fuzz_*.cpp"):
        yield path.stem.replace("_", ".", 1)


def check(tree):
    tests = {*unit_tests(tree), *other_tests(tree)}
    beginnings = {name.split(".")[0] for name in tests}
    findings = []
    for path in filter(tree.exists, DOCUMENTS):
        for number, line in enumerate(tree.read(path).split("\n"), 1):
            for word in named_in(line, beginnings):
                if not fnmatch.filter(tests, word):
                    findings.append(Finding(path, number, f"there is no test '{word}'"))
    return findings


def named_in(line, beginnings):
    for word in re.findall(r"`([\w/*]+\.[\w./*]+)`", line):
        begins, ends = word.split(".")[0], word.rsplit(".", 1)[-1]
        is_test = begins in beginnings or begins.endswith("_test") or "*/" in begins
        if is_test and ends not in ("py", "cpp", "hpp", "md"):
            yield word
