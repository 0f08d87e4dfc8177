#!/usr/bin/env python3
"""`tidings resolve RUN --ask`: what became of lost answers, asked of the platform. The gateway's
ledger is the judge: it knows whom it has texted."""

import json
import re
import signal
import time
import unittest

import campaign
from campaign import Gateway, List, Scenario


class Asked(Scenario):
    FAULTS = ('[[fault]]\nwhat = "close_after_trigger"\nprobability = 0.15\n'
              '[[fault]]\nwhat = "close_after_reading"\nprobability = 0.15\n')

    def doubtful(self, rows=50, faults=FAULTS, **settings):
        """A run that has ended, with rows in doubt of which some were executed."""
        gateway = Gateway(self.folder, faults=faults)
        self.ending.append(gateway)
        # An endpoint that loses so many answers would be waited for.
        made = self.campaign(gateway, List(rows, odd=False), trouble=campaign.NO_TROUBLE,
                             **settings)
        self.expect_status(made.first(), campaign.SOME_UNKNOWN)
        return made

    def unknown(self, made):
        """(executed, not executed) rows among the unknown ones, by the ledger."""
        ledger = made.endpoint.ledger()
        rows = [line for line in made.outcomes() if line["outcome"] == "unknown"]
        done = {line["row"] for line in rows if ledger.processed[line["to"]]}
        return done, {line["row"] for line in rows} - done

    def ask(self, made, *more, **options):
        # A minute passes where the questions of a minute are used up.
        return made.run("resolve", made.run_folder, "--ask", *more, seconds=280, **options)

    def proven(self, made, executed, texted):
        """Executed rows are accepted now, the others unknown as before, and nobody was texted."""
        lines = {line["row"]: line for line in made.outcomes()}
        for row in executed:
            self.assertEqual(lines[row]["outcome"], "accepted")
            self.assertRegex(lines[row]["detail"], r"^found by getSessions: session \S+ of 20")
        self.assertEqual(len(made.endpoint.ledger().arrived), texted)
        verified = made.verify()
        self.assertEqual(verified.status, 0, verified.stdout + verified.stderr)

    def test_rows_that_were_executed_are_found_and_nothing_else_is_settled(self):
        made = self.doubtful()
        executed, others = self.unknown(made)
        self.assertGreater(len(executed), 3)
        self.assertGreater(len(others), 3)
        texted = len(made.endpoint.ledger().arrived)
        process = self.ask(made, "--json")
        self.expect_status(process, campaign.SOME_UNKNOWN)
        told = json.loads(process.stdout)
        print(told, flush=True)
        self.assertEqual((told["accepted"], told["without_session"], told["not_asked"]),
                         (len(executed), len(others), 0))
        self.assertEqual(told["questions"], len(executed) + len(others))
        self.proven(made, executed, texted)
        self.assertEqual(self.unknown(made), (set(), others))
        # Asked again, nothing changes, and a resume counts the same.
        before = made.outcomes()
        self.expect_status(self.ask(made), campaign.SOME_UNKNOWN)
        self.assertEqual(made.outcomes(), before)
        self.expect_status(made.resume(), campaign.SOME_UNKNOWN)
        self.assertEqual(made.summary()["unknown"], len(others))
        self.assertEqual(made.outcomes(), before)
        self.assertEqual(len(made.endpoint.ledger().arrived), texted)

    def test_each_question_has_a_token_of_its_own(self):
        made = self.doubtful(rows=60, bot_more='jti = "each"')
        executed, _ = self.unknown(made)
        texted = len(made.endpoint.ledger().arrived)
        self.ask(made)
        self.proven(made, executed, texted)

    def test_only_rows_that_are_named_are_asked_about(self):
        made = self.doubtful()
        executed, _ = self.unknown(made)
        one = min(executed)
        self.assertRegex(self.ask(made, "--rows", str(one)).stdout, r"(?m)^1 rows? ")
        self.assertEqual(self.unknown(made)[0], executed - {one})

    def test_a_kill_at_any_moment_is_finished_by_a_second_try(self):
        made = self.doubtful(rows=50)
        executed, others = self.unknown(made)
        texted = len(made.endpoint.ledger().arrived)
        killed = 0
        for moment in (0.1, 0.2):
            process = made.start("resolve", made.run_folder, "--ask")
            time.sleep(moment)
            killed += process.running()
            process.signal(signal.SIGKILL)
            process.wait(10)
        print(f"killed {killed} times", flush=True)
        until = self.ask(made)
        self.assertIn(until.status, (campaign.SOME_UNKNOWN, campaign.ACCEPTED), until.stderr)
        self.proven(made, executed, texted)
        self.assertEqual(self.unknown(made), (set(), others))

    def test_what_is_missing_is_told_with_the_fix(self):
        made = self.doubtful(rows=60)
        before = made.outcomes()
        made.endpoint.change(f"""[[app]]
client_id = "{campaign.CLIENT}"
client_secret = "{campaign.SECRET}"
bots = ["{campaign.BOT}"]
scopes = ["Outbound SMS"]
""")
        process = self.ask(made)
        self.expect_error(process, campaign.CREDENTIALS, "scope", "Bot Sessions", "publish")
        process = self.ask(made, TIDINGS_CLIENT_SECRET="another-secret")
        self.expect_error(process, campaign.CREDENTIALS, "client_secret")
        made.endpoint.end()
        process = self.ask(made)
        self.expect_error(process, campaign.STOPPED, "connecting failed")
        self.assertEqual(made.outcomes(), before)
        for words, what in ((("--ask", "--unknown", "sent"), "exclude"), ((), "needs --ask")):
            process = made.run("resolve", made.run_folder, *words)
            self.expect_error(process, campaign.USAGE, what)

    def test_numbers_that_are_masked_are_left_alone(self):
        made = self.doubtful(rows=60, more='[output]\nnumbers = "masked"\n')
        process = self.ask(made)
        self.expect_status(process, campaign.SOME_UNKNOWN)
        self.assertTrue(re.search("could not be asked about", process.stdout), process.stdout)


if __name__ == "__main__":
    unittest.main()
