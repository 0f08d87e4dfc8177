"""One screen: how long lines, functions and files may be, and how a header opens."""

from source_tree import Finding

COLUMNS = 100
FUNCTION_LINES = 70
FILE_LINES = 450


def check(tree):
    findings = []
    for source in tree.files("include", "src", "tests", "bench"):
        lines = source.lines[:-1] if source.lines[-1] == "" else source.lines
        if len(lines) > FILE_LINES:
            findings.append(Finding(source.path, len(lines),
                                    f"{len(lines)} lines; at most {FILE_LINES}: split it by idea"))
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS:
                findings.append(Finding(source.path, number,
                                        f"{len(line)} columns; at most {COLUMNS}"))
            if "\t" in line:
                findings.append(Finding(source.path, number, "a tab; write \\t or spaces"))
        for function in source.functions:
            length = function.last_line - function.first_line + 1
            if length > FUNCTION_LINES:
                findings.append(Finding(source.path, function.first_line,
                                        f"{function.name} has {length} lines; at most "
                                        f"{FUNCTION_LINES}"))
        if source.is_header:
            findings += check_header(source)
    return findings


def check_header(source):
    findings = []
    if source.room and not source.text.startswith("//"):
        findings.append(Finding(source.path, 1, "a header opens with what it decides, what it never "
                                                "does, and the neighbour to use instead"))
    if "#pragma once" not in source.code:
        findings.append(Finding(source.path, 1, "has no #pragma once"))
    return findings
