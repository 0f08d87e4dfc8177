"""No test without an assertion: a test that cannot fail proves nothing.

A test asserts when its body uses one of GoogleTest's macros, or calls a function of the tests that
does, however deep.
"""

import re

from source_tree import Finding

MACRO = re.compile(r"\b(?:EXPECT|ASSERT)_[A-Z_]+\s*\(|\b(?:ADD_FAILURE|FAIL|GTEST_FAIL)\w*\s*\(|"
                   r"\bEXPECT_CALL\b|\bstatic_assert\s*\(")
TEST = re.compile(r"^(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P)\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)$")


def asserting_names(sources):
    """The names of functions that assert, directly or through another of them."""
    bodies = {}
    for source in sources:
        for function in source.functions:
            if not TEST.match(function.head):
                name = function.name.split("::")[-1]
                bodies[name] = bodies.get(name, "") + function.body
    asserting = {name for name, body in bodies.items() if MACRO.search(body)}
    while True:
        more = {name for name, body in bodies.items()
                if name not in asserting and asserting & set(re.findall(r"\b(\w+)\s*\(", body))}
        if not more:
            return asserting
        asserting |= more


def check(tree):
    sources = tree.files("tests")
    helpers = asserting_names(sources)
    findings = []
    for source in sources:
        for function in source.functions:
            test = TEST.match(function.head)
            if not test or MACRO.search(function.body):
                continue
            if not helpers & set(re.findall(r"\b(\w+)\s*[(<]", function.body)):
                findings.append(Finding(source.path, function.first_line,
                                        f"{test.group(1)}.{test.group(2)} asserts nothing"))
    return findings
