"""Reads C++ sources the way the style checks need them: files, code without comments, functions.

A scanner, not a parser: it understands comments, literals, braces and preprocessor lines, which is
enough for our own formatting (clang-format keeps it regular).
"""

import dataclasses
import functools
import pathlib
import re


@dataclasses.dataclass(frozen=True)
class Finding:
    """One broken rule: where, and what to do."""

    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


@dataclasses.dataclass(frozen=True)
class Function:
    """A function with a body. `head` is everything before the brace, on one line."""

    head: str
    body: str
    first_line: int
    last_line: int

    @property
    def name(self):
        found = re.search(r"([\w~:]+|operator\S+)\s*\(", self.head)
        return found.group(1) if found else self.head[:40]


class SourceFile:
    """One file, by its path inside the tree (always with forward slashes)."""

    def __init__(self, root, path):
        self.path = path.relative_to(root).as_posix()
        self.raw = path.read_bytes()
        self.text = self.raw.decode("utf-8", errors="replace")

    @property
    def parts(self):
        return self.path.split("/")

    @property
    def is_header(self):
        return self.path.endswith(".hpp")

    @property
    def room(self):
        """The room of src/<room>/..., else None."""
        parts = self.parts
        if parts[0] == "src" and len(parts) > 2:
            return parts[1]
        return None

    @functools.cached_property
    def lines(self):
        return self.text.split("\n")

    @functools.cached_property
    def code(self):
        """The text with comments and the insides of literals blanked; lines stay where they are."""
        return blanked(self.text)

    @functools.cached_property
    def includes(self):
        """(line, name, quoted) of every #include."""
        found = []
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                found.append((number, match.group(2), match.group(1) == '"'))
        return found

    @functools.cached_property
    def functions(self):
        return find_functions(self.code)


class SourceTree:
    """The C++ files of a tree."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()

    def files(self, *folders):
        found = []
        for folder in folders:
            for path in sorted((self.root / folder).rglob("*.[ch]pp")):
                found.append(SourceFile(self.root, path))
        return found

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def exists(self, path):
        return (self.root / path).exists()


_TOKEN = re.compile(
    r"""//[^\n]*(?:\\\n[^\n]*)*        # a comment to the end of the line
      | /\*.*?\*/                      # a comment
      | R"([^()\s\\]{0,16})\(.*?\)\1"  # a raw string
      | "(?:[^"\\\n]|\\.)*"            # a string
      | (?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'  # a character; not the digits' separator
    """,
    re.VERBOSE | re.DOTALL,
)


def blanked(text):
    def blank(match):
        token = match.group(0)
        if token.startswith(("//", "/*")):
            return re.sub(r"[^\n]", " ", token)
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]

    return _TOKEN.sub(blank, text)


_TAIL_OF_FUNCTION = re.compile(r"(\)|\b(const|noexcept|override|final|try|mutable|&&?))\s*$")


def _kind_of_brace(head, scope):
    """What an opening brace begins: namespace, type, function, initializer or block."""
    if scope in ("function", "block"):
        return "block"
    if re.search(r"\bnamespace\b[\w:\s]*$", head) or head.rstrip().endswith('extern " "'):
        return "namespace"
    if re.search(r"\b(class|struct|union|enum)\b", head) and not head.rstrip().endswith(")"):
        if not re.search(r"\)\s*(const|noexcept|override|->)", head):
            return "type"
    if "(" not in head:
        return "block"
    if re.search(r"(?<!operator)(?<![=!<>])=(?!=)[^)]*$", head) and "operator" not in head:
        return "block"
    if _TAIL_OF_FUNCTION.search(head) or re.search(r"\)[^()]*->[^()]*(\([^()]*\))?[^()]*$", head):
        return "function"
    if re.search(r"\)\s*(noexcept\s*)?:[^:]", head):
        return "function" if re.search(r"[)}]\s*$", head) else "initializer"
    if re.search(r"\)\s*(noexcept)?\s*requires\b", head):
        return "function"
    return "block"


def find_functions(code):
    """Every function with a body, at namespace or class scope; lambdas belong to their function."""
    code = re.sub(r"(?m)^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m[0]), code)
    found, stack = [], []
    head_at, line_at = 0, 0
    line = 1
    for at, char in enumerate(code):
        if char == "\n":
            line += 1
        elif char in ";":
            if not stack or stack[-1][0] in ("namespace", "type"):
                head_at = at + 1
        elif char == "{":
            scope = stack[-1][0] if stack else "namespace"
            head = re.sub(r"\s+", " ", code[head_at:at]).strip()
            head = re.sub(r"^((public|private|protected)\s*:\s*)+", "", head)
            kind = _kind_of_brace(head, scope)
            start = head_at + len(code[head_at:at]) - len(code[head_at:at].lstrip())
            line_at = code.count("\n", 0, start) + 1
            stack.append((kind, head, at, line_at))
            if kind in ("namespace", "type"):
                head_at = at + 1
        elif char == "}" and stack:
            kind, head, opened, first = stack.pop()
            if kind == "function":
                found.append(Function(head, code[opened : at + 1], first, line))
            if kind != "initializer" and (not stack or stack[-1][0] in ("namespace", "type")):
                head_at = at + 1
    return found
