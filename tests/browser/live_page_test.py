#!/usr/bin/env python3
"""The live page in a real browser (headless Chromium), what axe-core says of it, and what promtool
says of the metrics. Not part of the suite: scripts/browser installs what it needs and runs it.

TIDINGS_SHOTS=FOLDER keeps pictures of the page there, at 400 and 1,400 pixels.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

import campaign
from campaign import List, until
from live_port_test import TOKEN, Port

AXE = pathlib.Path(os.environ["TIDINGS_AXE"]).read_text(encoding="utf-8")
PROMTOOL = os.environ["TIDINGS_PROMTOOL"]
SHOTS = os.environ.get("TIDINGS_SHOTS", "")


class Browser:
    def __init__(self, dark=False):
        self.profile = tempfile.TemporaryDirectory()
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in ("--headless", "--no-sandbox", "--disable-gpu",
                     "--disable-background-networking", "--hide-scrollbars",
                     f"--user-data-dir={self.profile.name}"):
            options.add_argument(flag)
        if dark:
            options.add_argument("--force-dark-mode")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)

    def end(self):
        self.driver.quit()
        self.profile.cleanup()

    def text(self, name):
        return self.driver.find_element(By.ID, name).text

    def shown(self, name):
        return self.driver.find_element(By.ID, name).is_displayed()

    def sized(self, width, height=1600):
        # Headless windows are no narrower than 500; the page's own width is what counts.
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def scheme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": name}]})

    def shot(self, name):
        if SHOTS:
            self.driver.save_screenshot(str(pathlib.Path(SHOTS) / f"{name}.png"))

    def complaints(self):
        """What axe-core finds, and what the browser's console says."""
        found = self.driver.execute_async_script(
            AXE + "; const done = arguments[arguments.length - 1]; axe.run().then("
            "(all) => done(all.violations.map((one) => [one.id, one.help, one.nodes.map("
            "(node) => node.html + ' ' + node.failureSummary)])))")
        return found + [line["message"] for line in self.driver.get_log("browser")]


class Page(Port):
    def looked_at(self, made):
        browser = Browser()
        self.addCleanup(browser.end)
        browser.driver.get(f"http://127.0.0.1:{made.port}/")
        return browser

    def views(self, browser, name):
        """At both widths, in both schemes; nothing is wider than the page."""
        complaints = []
        for scheme in ("light", "dark"):
            browser.scheme(scheme)
            for width in (400, 1400):
                browser.sized(width)
                self.assertLessEqual(browser.driver.execute_script(
                    "return document.documentElement.scrollWidth"), width)
                browser.shot(f"{name}-{scheme}-{width}")
                complaints += browser.complaints()
        self.assertEqual(complaints, [])

    def test_the_numbers_reach_the_summary(self):
        made = self.begun(List(400), limits=["30/1s", "5000/1h"])
        browser = self.looked_at(made)
        until(lambda: browser.text("phase") == "running", 30, "the page does not say running")
        until(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#latency-chart canvas"), 30,
              "there is no chart")
        until(lambda: browser.text("n-accepted") >= "1" and len(browser.text("n-accepted")) > 2,
              30, "few are accepted")
        self.views(browser, "running")
        self.assertFalse(browser.shown("steering"))
        browser.driver.refresh()
        until(lambda: "finished" in browser.text("phase"), 60, "the page does not hear the end")
        self.ended_with(made, (campaign.ACCEPTED, campaign.SOME_NOT))
        summary = json.loads((made.run_folder / "summary.json").read_text(encoding="utf-8"))
        for name in ("accepted", "rejected", "unknown", "invalid", "duplicate"):
            self.assertEqual(browser.text(f"n-{name}").replace(",", ""), str(summary[name]), name)
        self.views(browser, "ended")

    def ended_with(self, made, statuses):
        self.assertIsNotNone(made.process.wait(60), made.process.stderr[-2000:])
        self.assertIn(made.process.status, statuses)

    def test_pause_pauses(self):
        made = self.begun(List(200, odd=False), "--listen-token", self.token_file(),
                          limits=["20/1s"])
        browser = self.looked_at(made)
        until(lambda: browser.shown("ask"), 20, "the page does not ask for the token")
        self.views(browser, "asking")
        browser.driver.find_element(By.ID, "token").send_keys(TOKEN + "\n")
        until(lambda: browser.shown("steering"), 20, "there is nothing to steer with")
        browser.driver.find_element(By.CSS_SELECTOR, "[data-line=pause]").click()
        until(lambda: browser.text("phase") == "paused", 20, "it is not paused")
        self.views(browser, "paused")
        at = len(made.endpoint.ledger().arrived)
        browser.driver.find_element(By.ID, "rate").send_keys("5/1s\n")
        until(lambda: browser.text("steered") == "rate 5/1s: heard", 10, "the rate is not heard")
        self.assertEqual(len(made.endpoint.ledger().arrived), at)
        browser.driver.find_element(By.CSS_SELECTOR, "[data-line=continue]").click()
        until(lambda: browser.text("phase") != "paused", 20, "it does not go on")
        self.assertEqual(made.run("control", made.run_folder, "stop").status, 0)
        until(lambda: "has ended" in browser.text("phase"), 20, "the page does not hear the end")
        self.ended_with(made, (campaign.STOPPED,))

    def test_promtool_finds_nothing(self):
        made = self.begun(List(60, odd=False), limits=["30/1s"])
        until(lambda: "answer_seconds" in self.ask(made, "/metrics")[1], 20, "no histogram")
        _, text = self.ask(made, "/metrics")
        found = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True,
                               text=True, check=False)
        self.assertEqual((found.returncode, found.stdout + found.stderr), (0, ""))
        self.ended(made)


if __name__ == "__main__":
    unittest.main(verbosity=2, defaultTest="Page")
