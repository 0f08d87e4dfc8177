#!/usr/bin/env python3
"""Shows that every style check fails on a bad sample and is quiet on a good one."""

import pathlib
import tempfile
import unittest

import assertions
import clocks
import imitation
import layers
import limits
import members
import names
import proofs
from source_tree import SourceTree, blanked, find_functions

ROOMS = """# x
## Rooms
| room | question | may use |
|---|---|---|
| core | DECIDE | std, Boost.System |
| codec | TRANSLATE | core, simdjson, OpenSSL digests |
| net | SOCKETS | codec, core, Asio |
| app | ASSEMBLE | everything |

## Clocks
"""


class Sample(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.write("docs/architecture.md", ROOMS)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def found(self, check, **arguments):
        return [str(finding) for finding in check(SourceTree(self.root), **arguments)]

    def expect(self, findings, *parts):
        self.assertEqual(len(findings), len(parts), findings)
        for finding, part in zip(findings, parts):
            self.assertIn(part, finding)


class Layers(Sample):
    def include(self, path, *names_):
        self.write(path, "".join(f"#include {name}\n" for name in names_))
        return self.found(layers.check)

    def test_allowed_includes_are_quiet(self):
        found = self.include("src/net/a.cpp", '"core/row.hpp"', '"net/inner.hpp"',
                             "<boost/asio.hpp>", "<vector>", "<sys/socket.h>", "<thread>")
        self.assertEqual(found, [])

    def test_a_room_above_is_refused(self):
        self.expect(self.include("src/core/a.cpp", '"net/pool.hpp"'),
                    "src/core/a.cpp:1: #include net/pool.hpp: core may not use net")

    def test_asio_outside_its_rooms_is_refused(self):
        self.expect(self.include("src/codec/a.hpp", "<boost/asio/buffer.hpp>"),
                    "codec may not use Asio")

    def test_beast_needs_its_own_word(self):
        self.expect(self.include("src/net/a.cpp", "<boost/beast/http.hpp>"), "may not use Beast")

    def test_a_library_that_the_row_does_not_name_is_refused(self):
        self.expect(self.include("src/core/a.cpp", "<openssl/evp.h>"), "core may not use OpenSSL")

    def test_digests_are_not_tls(self):
        self.expect(self.include("src/codec/a.cpp", "<openssl/evp.h>", "<openssl/ssl.h>"),
                    "src/codec/a.cpp:2: #include openssl/ssl.h")

    def test_what_is_promised_needs_the_standard_library_only(self):
        self.expect(self.include("include/tidings/a.hpp", "<string>", "<fmt/core.h>"), "fmt/core.h")

    def test_pure_rooms_see_no_files_and_no_threads(self):
        self.expect(self.include("src/core/a.cpp", "<unistd.h>", "<thread>", "<fstream>"),
                    "core is pure", "core is pure", "core is pure")

    def test_a_quoted_folder_is_a_room(self):
        self.expect(self.include("src/net/a.cpp", '"drawer/inner.hpp"'), "names no room")

    def test_unknown_libraries_are_refused(self):
        self.expect(self.include("src/net/a.cpp", "<curl/curl.h>"), "no room of the table")

    def test_a_file_outside_all_rooms_is_refused(self):
        self.expect(self.include("src/attic/a.cpp", "<vector>"), "lies in no room")

    def test_a_word_that_nobody_knows_is_reported(self):
        self.write("docs/architecture.md", ROOMS.replace("codec, core, Asio", "core, Sockets"))
        self.expect(self.found(layers.check), "net names 'Sockets'")

    def test_a_missing_table_is_reported(self):
        self.write("docs/architecture.md", "# nothing\n")
        self.expect(self.found(layers.check), "has no table")

    def test_links_and_table_must_agree(self):
        self.write("CMakeLists.txt", "tidings_room(net USES tidings::core third::asio)\n")
        self.expect(self.found(layers.check), "net links ['core']")


class Clocks(Sample):
    def test_every_way_to_ask_the_system_is_found(self):
        for line in ("std::chrono::steady_clock::now();", "clock_gettime(CLOCK_REALTIME, &t);",
                     "gettimeofday(&t, nullptr);", "auto t = time(nullptr);", "std::time(0);",
                     "std::random_device seed;", "int r = rand();", "getrandom(p, n, 0);",
                     "RAND_bytes(p, n);", "std::this_thread::sleep_for(1s);", "usleep(5);"):
            with self.subTest(line):
                self.write("src/core/a.cpp", f"void f() {{ {line} }}\n")
                self.expect(self.found(clocks.check, exceptions=()), "asks the system")

    def test_the_clock_itself_and_mere_words_are_quiet(self):
        self.write("src/runner/clock.cpp", "auto t = std::chrono::system_clock::now();\n")
        self.write("src/core/a.cpp", '// time(0) ::now()\nauto s = "::now()"; auto w = x.time();\n'
                                     "wall_time(0); start_time(0); expand();\n")
        self.assertEqual(self.found(clocks.check, exceptions=()), [])

    def test_an_exception_covers_its_file_and_nothing_else(self):
        excused = (("src/codec/a.cpp", "RAND_bytes", "keys"),)
        self.write("src/codec/a.cpp", "RAND_bytes(p, n);\n")
        self.assertEqual(self.found(clocks.check, exceptions=excused), [])
        self.write("src/core/b.cpp", "RAND_bytes(p, n);\n")
        self.expect(self.found(clocks.check, exceptions=excused), "src/core/b.cpp:1")

    def test_an_exception_that_nothing_needs_is_reported(self):
        self.write("src/codec/a.cpp", "int x;\n")
        self.expect(self.found(clocks.check, exceptions=(("src/codec/a.cpp", "now", "x"),)),
                    "no longer needs")

    def test_tests_do_not_sleep(self):
        self.write("tests/core/a_test.cpp", "void f() { std::this_thread::sleep_for(1s); }\n")
        self.expect(self.found(clocks.check_tests), "waits for an event")


class Limits(Sample):
    def test_long_lines_functions_and_files_are_found(self):
        self.write("src/core/a.cpp", "int x;" + " " * 95 + "\n")
        self.write("src/core/b.cpp", "int f(int a) {\n" + "    ++a;\n" * 69 + "}\n")
        self.write("src/core/c.cpp", "int x;\n" * 451)
        self.write("src/core/d.cpp", "\tint x;\n")
        self.expect(self.found(limits.check), "101 columns", "f has 71 lines", "451 lines", "a tab")

    def test_what_is_just_short_enough_is_quiet(self):
        self.write("src/core/a.cpp", "//" + "x" * 98 + "\n" + "int x;\n" * 449)
        self.write("src/core/b.cpp", "int f(int a) {\n" + "    ++a;\n" * 68 + "}\n")
        self.assertEqual(self.found(limits.check), [])

    def test_headers_open_with_their_contract(self):
        self.write("src/core/a.hpp", "int x;\n")
        self.expect(self.found(limits.check), "a header opens", "no #pragma once")


class Members(Sample):
    def of(self, body, excused=None, path="src/core/a.hpp"):
        self.write(path, body)
        return self.found(members.check, excused=excused or {})

    @staticmethod
    def members(count):
        return "".join(f"int a{number}_ = 0;" for number in range(count))

    def test_a_class_of_one_verb_is_quiet(self):
        self.assertEqual(self.of("class a { public: void go(); private: " + self.members(15) + "};"),
                         [])

    def test_a_class_with_too_many_members_is_found(self):
        self.expect(self.of("class a { public: void go(); private: " + self.members(16) + "};"),
                    "src/core/a.hpp:1: 'a' has 16 data members; at most 15")

    def test_all_ways_to_declare_a_member_count(self):
        ways = ("std::function<bool(int)> f_; std::map<int, std::pair<int, int>> m_; int x_{1};"
                "part& p_; const int c_ = f(1); int b_, d_; struct { int i; } inner_; int r_[4];"
                "mutable std::mutex guard_; std::vector<part> all_ = {{1}, {2}};")
        self.expect(self.of("class a { void go(); " + ways + self.members(5) + "};"),
                    "'a' has 16 data members")

    def test_what_is_no_member_does_not_count(self):
        others = ("using x = int; static constexpr int n = 1; enum class e { a, b }; friend class q;"
                  "struct part { int i = 0; int j = 0; void f(); }; template <class T> void t(T);"
                  "a(int x) : one_(x), two_{x} { go(); } bool is() const { return one_ == 1; }")
        self.assertEqual(self.of("class a { " + others + self.members(15) + "};"), [])

    def test_a_plain_record_may_be_longer(self):
        self.assertEqual(self.of("struct a { " + self.members(30) +
                                 "friend bool operator==(const a&, const a&) = default; };"), [])

    def test_other_rooms_are_not_asked(self):
        self.assertEqual(self.of("class a { void go(); " + self.members(16) + "};",
                                 path="src/gateway/a.hpp"), [])

    def test_an_excuse_that_is_too_large_or_for_nobody_is_found(self):
        body = "class a { void go(); " + self.members(17) + "};"
        key = ("src/core/a.hpp", "a")
        self.assertEqual(self.of(body, {key: (17, "why")}), [])
        self.expect(self.of(body, {key: (18, "why")}), "'a' has 17 data members now")
        self.expect(self.of(body, {key: (17, "why"), ("src/core/b.hpp", "b"): (16, "why")}),
                    "src/core/b.hpp:1: 'b' is gone")


class Names(Sample):
    def test_drawers_are_found(self):
        self.write("src/core/row_manager.cpp", "int x;\n")
        self.write("src/core/a.cpp", "struct http_helper {};\nclass Pool {};\nint utils;\n// TODO x\n")
        self.expect(self.found(names.check), "'TODO'", "'http_helper'",
                    "'Pool'", "'utils'", "no name for a file")

    def test_other_names_are_quiet(self):
        self.write("src/core/a.cpp", "auto x = i18n::phonenumbers::PhoneNumberUtil::GetInstance();\n"
                                     "std::default_random_engine r; int managed, engineer;\n"
                                     "template <class T> struct a {};\n")
        self.assertEqual(self.found(names.check), [])

    def test_posix_names_are_no_file_names(self):
        self.write("src/core/send.cpp", "int x;\n")
        self.expect(self.found(names.check), "'send' is no name")


class Assertions(Sample):
    def test_a_test_that_cannot_fail_is_found(self):
        self.write("tests/core/a_test.cpp", "TEST(a, b) {\n    f();\n}\n")
        self.expect(self.found(assertions.check), "a_test.cpp:1: a.b asserts nothing")

    def test_assertions_in_called_functions_count(self):
        self.write("tests/core/a_test.cpp",
                   "void inner(int x) { EXPECT_EQ(x, 1); }\nvoid outer(int x) { inner(x); }\n"
                   "TEST(a, direct) { ASSERT_TRUE(f()); }\nTEST_F(a, deep) { outer(1); }\n"
                   "TEST(a, none) { other(1); }\n")
        self.expect(self.found(assertions.check), "a.none asserts nothing")


class Proofs(Sample):
    def setUp(self):
        super().setUp()
        self.write("tests/core/a_test.cpp", "TEST(suite, holds) {}\n")
        self.write("tests/store/b_test.cpp", "INSTANTIATE_TEST_SUITE_P(journal, crash_test, x);\n"
                                             "TEST_P(crash_test, every_call) {}\n")
        self.write("tests/e2e/c_test.py", "class Lines(Scenario):\n    def test_a_reset(self):\n")
        self.write("tests/fuzz/fuzz_csv.cpp", "int x;\n")

    def test_a_test_that_is_not_there_is_found(self):
        self.write("docs/faults.md", "| 1 | `core.suite.gone`, `suite.gone` |\n| 2 | `fuzz.tsv` |\n"
                                     "| 3 | `e2e.lines.a_reset_*` `e2e.other.*` |\n")
        self.expect(self.found(proofs.check), "faults.md:1: there is no test 'core.suite.gone'",
                    "'suite.gone'", "faults.md:2: there is no test 'fuzz.tsv'",
                    "faults.md:3: there is no test 'e2e.lines.a_reset_*'", "'e2e.other.*'")

    def test_names_and_patterns_that_are_there_are_quiet(self):
        self.write("docs/faults.md", "`core.suite.holds` `suite.*` `store.*/crash_test.every_*` "
                                     "`store.journal/crash_test.every_call` `e2e.lines.a_*` "
                                     "`fuzz.*` `fuzz.csv` `tests/e2e/oracle.py` `a.b` `--moved`\n")
        self.assertEqual(self.found(proofs.check), [])


class Imitation(Sample):
    def test_words_of_an_imitation_and_twins_by_name_are_found(self):
        self.write("src/runner/journal_writer.cpp", "")
        self.write("src/run/session.cpp", "")
        self.write("tests/simulation/simulated_writer.hpp", "// Writes as\n// runner/journal_writer "
                                                            "does it.\nint a;\n")
        self.write("tests/simulation/session.cpp", "int b;  // it imitates a run\n")
        self.expect(self.found(imitation.check),
                    "tests/simulation/session.cpp:1: a twin of src/run/session.cpp",
                    "tests/simulation/session.cpp:1: 'imitates'",
                    "tests/simulation/simulated_writer.hpp:1: a twin of src/runner/journal_writer",
                    "tests/simulation/simulated_writer.hpp:1: 'as runner/journal_writer'")

    def test_whoever_calls_the_product_is_left_alone(self):
        self.write("src/run/session.cpp", "// as store/journal says\n")
        self.write("tests/simulation/world.cpp", '#include "run/session.hpp"\n'
                                                 "// Its run is run/session's.\nint a;\n")
        self.write("tests/simulation/scripted_provider.hpp", "")
        self.write("tests/support/simulated_disk.hpp", "// as store/disk has them\n")
        self.assertEqual(self.found(imitation.check), [])


class Scanner(unittest.TestCase):
    def heads(self, code):
        return [function.name for function in find_functions(code)]

    def test_functions_are_told_from_other_braces(self):
        code = """
namespace a::b {
struct s {
    s(int x) : x_{x}, y_(2) { f(); }
    int get() const noexcept { return x_; }
    auto made() -> std::vector<int> { return {}; }
    enum class e { one, two };
    int x_{0};
};
constexpr std::array<int, 2> table = {1, 2};
s::~s() {
    if (x) { while (y) { z({1, 2}); } }
}
bool operator==(const s& l, const s& r) { return true; }
const auto lambda = [](int x) { return x; };
#define M(x) do { x; } while (0)
}
"""
        self.assertEqual(self.heads(code),
                         ["s", "get", "made", "s::~s", "operator==",
                          "const auto lambda = [](int x)"])

    def test_comments_and_literals_do_not_count(self):
        text = "// {\n/* { */ auto s = \"{\"; auto c = '{'; auto n = 1'000'000; R\"(\n{)\";\n"
        self.assertNotIn("{", blanked(text))
        self.assertEqual(blanked(text).count("\n"), text.count("\n"))
        self.assertIn("1'000'000", blanked(text))

    def test_lines_are_those_of_the_signature_and_the_end(self):
        (function,) = find_functions("\nint f(int a,\n      int b) {\n    return a;\n}\n")
        self.assertEqual((function.first_line, function.last_line), (2, 5))


if __name__ == "__main__":
    unittest.main()
