"""Who may include what: the table "Rooms" of docs/architecture.md is the rule.

A room sees itself and what its row names. Everything under a system's folder (sys/, netinet/,
unistd.h ...) is for the rooms that touch files and sockets; threads are not for the pure rooms.
"""

import re

from source_tree import Finding, SourceTree

TABLE = "docs/architecture.md"

# The words of the table's last column, and the beginnings of #include names they stand for.
THIRD_PARTY = {
    # What every room has, because core has it: results, assertions, flat sets and maps.
    "Boost.System": ("boost/system/", "boost/assert", "boost/unordered/", "boost/unordered_",
                     "boost/container_hash/", "boost/static_assert"),
    "simdjson": ("simdjson",),
    "OpenSSL": ("openssl/",),
    "OpenSSL digests": ("openssl/evp", "openssl/hmac", "openssl/core_names", "openssl/params",
                        "openssl/crypto", "openssl/err", "openssl/pem", "openssl/rsa",
                        "openssl/sha", "openssl/bio", "openssl/bn", "openssl/param_build",
                        "openssl/rand", "openssl/opensslv", "openssl/types", "openssl/decoder"),
    "libphonenumber": ("phonenumbers/",),
    "fmt": ("fmt/",),
    "zstd": ("zstd",),
    "zlib": ("zlib", "zconf"),
    "liblzma": ("lzma",),
    "libarchive": ("archive",),
    "expat": ("expat",),
    "CRoaring": ("roaring/",),
    "Asio": ("boost/asio",),
    "Beast": ("boost/beast", "boost/asio"),
    "nghttp2": ("nghttp2/",),
    "toml++": ("toml++/", "toml.hpp"),
    "date": ("date/",),
    "CLI11": ("CLI/",),
    "spdlog": ("spdlog/",),
}
PURE = ("core", "codec", "view")
SYSTEM = re.compile(r"^(sys/|netinet/|arpa/|linux/|net/|unistd\.h|fcntl\.h|signal\.h|csignal|poll\.h|"
                    r"netdb\.h|pwd\.h|pthread\.h|termios\.h|dirent\.h|sched\.h)")
NOT_FOR_PURE = re.compile(r"^(thread|mutex|shared_mutex|condition_variable|future|stop_token|"
                          r"semaphore|latch|barrier|fstream|iostream|filesystem)$")


def rooms_of(text):
    """{room: set of words it may use}, read from the table; `everything` is kept as a word."""
    rooms = {}
    section = re.search(r"(?ms)^## Rooms\n(.*?)(?=^## |\Z)", text)
    for row in re.findall(r"(?m)^\|(.+)\|\s*$", section.group(1) if section else ""):
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) == 3 and re.fullmatch(r"[a-z]+", cells[0]) and cells[0] != "room":
            rooms[cells[0]] = {word.strip() for word in cells[2].split(",")}
    return rooms


def allowed(room, name, quoted, rooms):
    """None when the include is in order, else what is wrong with it."""
    words = rooms[room]
    if "everything" in words:
        return None
    target = None
    if quoted and "/" in name:
        target = name.split("/")[0]
        if target not in rooms:
            return "names no room"
    elif quoted:
        return None  # a private neighbour in the same folder
    if target:
        if target == room or target in words:
            return None
        return f"{room} may not use {target}"
    known = [word for word, starts in THIRD_PARTY.items() if name.startswith(starts)]
    if known:
        if words.intersection(known) or "Boost.System" in known:
            return None
        return f"{room} may not use {known[0]}"
    if room in PURE and (SYSTEM.match(name) or NOT_FOR_PURE.match(name)):
        return f"{room} is pure: no files, sockets or threads"
    if SYSTEM.match(name) or re.fullmatch(r"[a-z0-9_]+(\.h)?", name):
        return None
    return "names a library that no room of the table may use"


def check(tree: SourceTree):
    rooms = rooms_of(tree.read(TABLE))
    if not rooms:
        return [Finding(TABLE, 1, 'has no table under "## Rooms"')]
    findings = []
    for room, words in rooms.items():
        for word in words - set(rooms) - set(THIRD_PARTY) - {"std", "everything"}:
            findings.append(Finding(TABLE, 1, f"{room} names '{word}', which this check does not "
                                              "know: add it to THIRD_PARTY in tests/style/layers.py"))
    for source in tree.files("include"):
        for line, name, quoted in source.includes:
            ours = quoted and name.startswith("tidings/")
            if not ours and (quoted or "/" in name or name.endswith(".h")):
                findings.append(Finding(source.path, line, f"#include {name}: what is promised needs "
                                                           "the standard library only"))
    for source in tree.files("src"):
        if source.room not in rooms:
            findings.append(Finding(source.path, 1, "lies in no room of docs/architecture.md"))
            continue
        for line, name, quoted in source.includes:
            trouble = allowed(source.room, name, quoted, rooms)
            if trouble:
                findings.append(Finding(source.path, line, f"#include {name}: {trouble}"))
    return findings + check_links(tree, rooms)


def check_links(tree, rooms):
    """The rooms that a target links must be those of the table, so that the two cannot drift."""
    findings = []
    if not tree.exists("CMakeLists.txt"):
        return findings
    text = tree.read("CMakeLists.txt")
    for match in re.finditer(r"tidings_room\((\w+)\s+USES([^)]*)\)", text):
        room = match.group(1)
        linked = set(re.findall(r"tidings::(\w+)", match.group(2)))
        wanted = rooms.get(room, set()) & set(rooms)
        if linked != wanted:
            line = text.count("\n", 0, match.start()) + 1
            findings.append(Finding("CMakeLists.txt", line,
                                    f"{room} links {sorted(linked)}, {TABLE} says {sorted(wanted)}"))
    return findings
