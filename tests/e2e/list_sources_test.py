"""Where lists come from, judged by whom the endpoint's ledger says was texted.

tests/lists has a folder for each that was written by a program, with what must become of it in
expected.json; tests/runner/odd_lists_test.cpp has many more spellings.
"""

import io
import json
import pathlib
import shutil
import unittest
import zipfile

from campaign import ACCEPTED, UNUSABLE, Scenario

KEPT = pathlib.Path(__file__).resolve().parent.parent / "lists"

A, B, C, D = ("+16502530001", "+16502530002", "+16502530003", "+16502530004")


def zipped(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


class Programs(Scenario):
    """What programs wrote is read, or refused with words that say what to do."""

    def planned(self, file, to="toNo", region="US"):
        made = self.campaign(self.at, recipients=file, to=to, name=f"c{len(self.ending)}")
        at = made.file.read_text(encoding="utf-8")
        made.file.write_text(at.replace("[[bot]]", f'default_region = "{region}"\n[[bot]]', 1),
                             encoding="utf-8")
        return made, made.run("plan", made.file, "--json")

    def texted(self, made):
        """By this campaign alone, in the order of its rows."""
        before, now = self.known, [event["to"] for event in self.at.ledger().arrived]
        self.known = len(now)
        return sorted(now[before:])

    def check_read(self, file, send, invalid, words="", **how):
        made, planned = self.planned(file, **how)
        self.assertIn(planned.status, (ACCEPTED,), f"{file}: {planned.stdout}{planned.stderr}")
        plan = json.loads(planned.stdout)
        self.assertEqual((plan["sendable"], plan["invalid"]), (len(send), invalid),
                         f"{file}: {planned.stdout}")
        self.assertIn(words, planned.stdout + planned.stderr, file)
        sent = made.first()
        self.assertIn(words, sent.stdout + sent.stderr, file)
        self.assertEqual(self.texted(made), sorted(send), f"{file}: {sent.stderr}")
        return plan

    def check_refused(self, file, words, **how):
        made, planned = self.planned(file, **how)
        self.assertEqual(planned.status, UNUSABLE, f"{file}: {planned.stdout}")
        self.assertIn(words, planned.stderr, file)
        sent = made.first()
        self.assertEqual(sent.status, UNUSABLE, f"{file}: {sent.stderr}")
        self.assertIn(words, sent.stderr, file)
        self.assertEqual(self.texted(made), [], file)

    def begin(self):
        self.at = self.endpoint()
        self.known = 0

    def test_files_that_programs_wrote(self):
        self.begin()
        for folder in sorted(KEPT.iterdir()):
            expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
            with self.subTest(folder.name):
                file = folder.name + "-" + expected["file"]
                shutil.copy(folder / expected["file"], self.folder / file)
                how = {"to": expected["to"], "region": expected["default_region"]}
                if "refused" in expected:
                    self.check_refused(file, expected["refused"], **how)
                    continue
                plan = self.check_read(file, expected["send"], expected["invalid"],
                                       expected.get("words", ""), **how)
                self.assertEqual(plan["hidden"]["rows"], expected["hidden"])
                self.assertEqual(plan["hidden"]["sheets"], expected.get("hidden_sheets", 0))
                self.assertEqual(plan["duplicate"], expected.get("duplicate", 0))


class OtherSources(Scenario):
    """Several files, and a command, as one list."""

    def of(self, source, opt_outs=None):
        made = self.campaign(self.endpoint(), recipients="x", name="november")
        text = made.file.read_text(encoding="utf-8").replace('file = "x"', source)
        if opt_outs:
            text = text.replace("suppress = []", "suppress = " + json.dumps(opt_outs))
        made.file.write_text(text.replace("[[bot]]", 'default_region = "US"\n[[bot]]', 1),
                             encoding="utf-8")
        return made

    def texted(self, made):
        return [event["to"] for event in made.endpoint.ledger().arrived]

    def test_several_files_are_one_list(self):
        (self.folder / "jan.csv").write_text(f"name;toNo\nA;{A}\nB;none\nC;{B}\n", encoding="utf-8")
        (self.folder / "feb.zip").write_bytes(zipped(**{"feb.txt": f"toNo\n650 253 0002\n{C}\n"}))
        made = self.of('files = ["jan.csv", "feb.zip"]')
        planned = made.run("plan", made.file)
        self.assertEqual(planned.status, ACCEPTED, planned.stderr)
        self.assertIn("rows 1 to 3 are jan.csv, 4 to 5 are feb.zip", planned.stdout)
        self.assertIn("jan.csv row 2: a letter in it: none", planned.stdout)
        sent = made.first()
        self.assertEqual(sent.status, ACCEPTED, sent.stderr)
        self.assertIn("rows 1 to 3 are jan.csv", sent.stderr)
        self.assertEqual(sorted(self.texted(made)), [A, B, C])
        self.assertEqual(made.counts(), {"accepted": 3, "invalid": 1, "duplicate": 1})
        for name in ("jan.csv", "feb.zip"):
            (self.folder / name).unlink()
        self.assertEqual(made.verify().status, ACCEPTED)
        exported = made.run("export", made.run_folder, "--outcome", "duplicate")
        self.assertEqual(exported.stdout, "toNo,list file,list row\n650 253 0002,feb.zip,1\n")
        self.assertEqual(made.resume().status, ACCEPTED)
        self.assertEqual(len(self.texted(made)), 3)

    def test_a_command_writes_the_list(self):
        made = self.of(f'command = ["sh", "-c", "echo toNo; echo {A}; echo {B}"]')
        planned = made.run("plan", made.file, "--json")
        self.assertEqual(json.loads(planned.stdout)["sendable"], 2, planned.stderr)
        sent = made.first()
        self.assertEqual(sent.status, ACCEPTED, sent.stderr)
        self.assertEqual(sorted(self.texted(made)), [A, B])
        self.assertEqual(made.verify().status, ACCEPTED)

    def test_a_command_that_fails_is_no_list(self):
        made = self.of(f'command = ["sh", "-c", "echo toNo; echo {A}; exit 3"]')
        for done in (made.run("plan", made.file), made.first()):
            self.assertEqual(done.status, UNUSABLE, done.stderr)
            self.assertIn("sh failed (exit status 3)", done.stderr)
        text = made.file.read_text(encoding="utf-8")
        made.file.write_text(text.replace('"sh"', '"no-such-program"'), encoding="utf-8")
        self.assertIn("no-such-program cannot be started", made.first().stderr)
        made.file.write_text(text.replace("exit 3", "exit").replace("echo toNo; echo ",
                                                            "echo x,phone; echo x,"),
                             encoding="utf-8")
        self.assertIn('recipients.command (sh): no column "toNo"', made.first().stderr)
        self.assertEqual(self.texted(made), [])
        self.assertFalse((self.folder / "runs" / "november.stdin").exists())

    def test_only_one_of_them_is_the_list(self):
        made = self.of('file = "a.csv"\nfiles = ["b.csv"]')
        done = made.first()
        self.assertEqual(done.status, UNUSABLE, done.stderr)
        self.assertIn("more than one of file, files and command", done.stderr)

    def test_opt_outs_come_in_the_formats_of_lists(self):
        (self.folder / "list.txt").write_text("".join(f"{one}\n" for one in (A, B, C, D)),
                                              encoding="utf-8")
        (self.folder / "a.zip").write_bytes(zipped(**{"no.csv": f"toNo\n{A}\n"}))
        (self.folder / "b.txt").write_bytes(f"{B}\r# none\r".encode("utf-16"))
        (self.folder / "c.json").write_text(json.dumps([{"toNo": 16502530003.0}]), encoding="utf-8")
        made = self.of('file = "list.txt"', ["a.zip", "b.txt", "c.json"])
        sent = made.first()
        self.assertEqual(sent.status, ACCEPTED, sent.stderr)
        self.assertEqual(self.texted(made), [D])


if __name__ == "__main__":
    unittest.main()
