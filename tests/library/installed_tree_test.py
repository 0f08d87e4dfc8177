"""Installs tidings into a folder of its own and uses it from there: the examples are built by CMake
and by pkg-config, and run; nothing but what include/ promises is installed or shown."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE, BUILD, COMPILER = (sys.argv.pop(1) for _ in range(3))
EXAMPLES = ("send_a_list", "own_progress", "own_endpoint")
FOREIGN = re.compile(r"#include [<\"](boost|openssl|simdjson|fmt|toml|spdlog|nghttp2)")


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          timeout=500, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class InstalledTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.top = pathlib.Path(cls.folder.name)
        cls.tree = cls.top / "tree"
        run("cmake", "--install", BUILD, "--prefix", cls.tree)
        cls.libraries = next(cls.tree.rglob("libtidings.so")).parent
        cls.by_cmake = cls.top / "by-cmake"
        run("cmake", "-S", pathlib.Path(SOURCE) / "examples", "-B", cls.by_cmake, "-G", "Ninja",
            f"-DCMAKE_CXX_COMPILER={COMPILER}", f"-DCMAKE_PREFIX_PATH={cls.tree}")
        run("cmake", "--build", cls.by_cmake)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def campaign(self, name):
        folder = self.top / name
        folder.mkdir()
        people = "".join(f"+1650200{1000 + i}\n" for i in range(25))
        (folder / "people.csv").write_text("toNo\n" + people)
        (folder / "campaign.toml").write_text(
            f'name = "{name}"\n[recipients]\nfile = "people.csv"\n[[bot]]\n'
            'url = "https://unused.example"\nbot_id = "st-1"\nclient_id = "cs-1"\n'
            'client_secret = { env = "NOT_SET" }\nlimits = []\n'
            '[[bot.sender]]\nfrom = "+16502009999"\n')
        return folder

    def environment(self, folder):
        return {**os.environ, "LD_LIBRARY_PATH": str(self.libraries),
                "XDG_STATE_HOME": str(folder / "state")}

    def send_to_a_file(self, program, name):
        folder = self.campaign(name)
        said = run(program, "campaign.toml", "messages.txt", cwd=folder,
                   env=self.environment(folder))
        self.assertIn("every row of the list has its outcome", said)
        lines = (folder / "messages.txt").read_text().splitlines()
        self.assertEqual(len(lines), 25)
        self.assertEqual(len(set(lines)), 25)
        proof = run(self.tree / "bin" / "tidings", "verify", folder / "runs" / name,
                    env=self.environment(folder))
        self.assertIn("25 rows = 25 accepted; 0 twice", proof)

    def test_the_examples_run(self):
        self.send_to_a_file(self.by_cmake / "own_endpoint", "by-cmake-run")
        for name in ("send_a_list", "own_progress"):
            with self.subTest(name):
                done = subprocess.run([self.by_cmake / name], capture_output=True, text=True,
                                      env=self.environment(self.top), timeout=60)
                self.assertEqual(done.returncode, 2)
                self.assertIn("usage", done.stderr)
                done = subprocess.run([self.by_cmake / name, "not-there.toml"], timeout=60,
                                      capture_output=True, text=True,
                                      env=self.environment(self.top))
                self.assertEqual(done.returncode, 10)
                self.assertIn("not-there.toml", done.stderr)

    def test_pkg_config_finds_it_and_its_program_runs(self):
        where = {**os.environ, "PKG_CONFIG_PATH": str(self.libraries / "pkgconfig")}
        flags = run("pkg-config", "--cflags", "--libs", f"--define-variable=prefix={self.tree}",
                    "tidings", env=where).split()
        program = self.top / "by-pkg-config"
        run(COMPILER, "-std=c++20", pathlib.Path(SOURCE) / "examples/own_endpoint.cpp", "-o",
            program, *flags)
        self.send_to_a_file(program, "by-pkg-config-run")

    def test_the_headers_are_what_is_promised(self):
        headers = sorted(path.name for path in (self.tree / "include/tidings").iterdir())
        self.assertEqual(headers, sorted(
            path.name for path in (pathlib.Path(SOURCE) / "include/tidings").iterdir()))
        for name in headers:
            with self.subTest(name):
                text = (self.tree / "include/tidings" / name).read_text()
                self.assertIsNone(FOREIGN.search(text))
                alone = self.top / f"{name}.cpp"
                alone.write_text(f"#include <tidings/{name}>\n")
                run(COMPILER, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                    "-fsyntax-only", f"-I{self.tree / 'include'}", alone)

    def test_nothing_else_is_shown(self):
        symbols = run("nm", "-DC", "--defined-only", self.libraries / "libtidings.so")
        others = [line for line in symbols.splitlines()
                  if " T " in line and "tidings::v0::" not in line]
        self.assertEqual(others, [])

    def test_man_page_and_completions_are_there(self):
        for path in ("share/man/man1/tidings.1", "share/bash-completion/completions/tidings",
                     "share/zsh/vendor-completions/_tidings",
                     "share/fish/vendor_completions.d/tidings.fish"):
            with self.subTest(path):
                self.assertTrue((self.tree / path).is_file())


if __name__ == "__main__":
    unittest.main()
