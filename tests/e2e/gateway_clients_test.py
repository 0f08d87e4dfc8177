#!/usr/bin/env python3
"""The gateway seen by clients that are not ours: curl, wrk, h2load, and PyJWT's tokens."""

import json
import pathlib
import re
import shutil
import subprocess
import time
import unittest

import jwt

from served_gateway import BODY, BOT, CALL, CLIENT, Outside, SECRET, SENTENCE, UNLIMITED

# As it is printed in the vendor's documentation, host and port apart.
PAGE = """curl --location 'https://{host}/api/public/bot/st-26d52ba6-7a77-56b2-be4e-a8db1da7e440/outboundsms' \\
--header 'Content-Type: application/json;charset=UTF-8' \\
--header 'auth: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwiYXBwSWQiOiJjcy1kYzZlY2RmZC1jYmE3LTUwNTUtYTk4My1mZmZhMTE1NWEzZjUifQ.03LljsV8Not1NMbo-3Y-pJvNWjB6J8dTciPGPx-8h4Q' \\
--data '{{
    "fromNo": "+16693422058",
    "toNo": "+917760336484"
}}'"""


class Clients(Outside):
    def test_the_page_to_the_letter(self):
        gateway = self.gateway()
        for more in ("", "--http1.1", "--http2", "--tlsv1.2 --tls-max 1.2"):
            line = PAGE.format(host=gateway.host).replace(
                "curl ", f"curl --silent --show-error --cacert {gateway.ca_file} {more} ", 1)
            said = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60,
                                  check=True).stdout
            self.assertEqual(json.loads(said), {"message": SENTENCE})
        self.assertEqual(gateway.stats()["triggered"], 4)

    def test_tokens_of_another_library(self):
        folder = pathlib.Path(self.scratch())
        key, public = folder / "key.pem", folder / "public.pem"
        subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], capture_output=True,
                       check=True)
        subprocess.run(["openssl", "rsa", "-in", str(key), "-pubout", "-out", str(public)],
                       capture_output=True, check=True)
        gateway = self.gateway(f"""[[app]]
client_id = "{CLIENT}"
client_secret = "{SECRET}"
public_key_file = "{public}"
algorithms = ["HS256", "HS512", "RS256", "RS512"]
jti = "enforced"
bots = ["{BOT}"]
""")
        now = int(time.time())
        for at, algorithm in enumerate(("HS256", "HS512", "RS256", "RS512")):
            signing = SECRET if algorithm.startswith("HS") else key.read_text()
            claims = {"sub": "1", "appId": CLIENT, "jti": f"j{at}", "iat": now, "exp": now + 600}
            token = jwt.encode(claims, signing, algorithm=algorithm)
            status, answer, _ = self.curl(gateway, token)
            self.assertEqual((status, json.loads(answer)), (200, {"message": SENTENCE}), algorithm)
            status, answer, _ = self.curl(gateway, token)
            self.assertEqual(status, 401)
            self.assertIn("possibly a replay", answer)
            forged = jwt.encode(claims | {"jti": "other"}, SECRET + "x" if algorithm[0] == "H"
                                else subprocess.run(["openssl", "genrsa", "2048"], text=True,
                                                    capture_output=True, check=True).stdout,
                                algorithm=algorithm)
            self.assertEqual(self.curl(gateway, forged)[0], 401)
        for claims, words in (({"exp": now + 7200, "jti": "x"}, "1 hour"),
                              ({"exp": now - 1, "jti": "y"}, "expired"),
                              ({"exp": now + 60}, "jti")):
            token = jwt.encode({"sub": "1", "appId": CLIENT} | claims, SECRET, algorithm="HS256")
            status, answer, _ = self.curl(gateway, token)
            self.assertEqual(status, 401)
            self.assertIn(words, answer)
        self.assertEqual(gateway.stats()["triggered"], 4)

    def test_faults_over_http2(self):
        token = jwt.encode({"sub": "1", "appId": CLIENT}, SECRET, algorithm="HS256")
        gateway = self.gateway(UNLIMITED)
        # curl: 92 stream not closed cleanly, 18 partial, 52 empty, 55/56 send or receive failed, 16 HTTP/2.
        for what, statuses, triggered in (
                ("refuse_stream", (92, 52, 16, 56, 7), 0), ("go_away", (92, 52, 16, 56, 7), 0),
                ("reset_stream", (92,), 1),
                ("close_after_trigger", (92, 52, 16, 55, 56, 18), 1),
                ("reset_after_reading", (92, 52, 16, 55, 56), 0),
                ("cut_answer", (92, 18, 16), 1)):
            self.assertEqual(gateway.change("reset", ""), {"ok": True})
            gateway.change("faults", f'[[fault]]\nwhat = "{what}"\nat = 10\n')
            _, _, code = self.curl(gateway, token, BODY, "--http2", "--retry", "0")
            self.assertIn(code, statuses, what)
            self.assertEqual(gateway.stats()["triggered"], triggered, what)
        for fault in ('what = "delay"\nwait = "20ms"', 'what = "delay_before"\nwait = "20ms"',
                      'what = "slices"\nwait = "0s"', 'what = "interim"', 'what = "chunked"',
                      'what = "slow_write"\nrate = 10000', 'what = "close_after_answer"'):
            gateway.change("faults", f"[[fault]]\n{fault}\n")
            status, answer, code = self.curl(gateway, token, BODY, "--http2")
            self.assertEqual((status, code), (200, 0), fault)
            self.assertEqual(json.loads(answer), {"message": SENTENCE}, fault)
        gateway.change("faults", '[[fault]]\nwhat = "huge_body"\nsize = "3MB"\n')
        self.assertEqual(len(self.curl(gateway, token, BODY, "--http2")[1]),
                         3_000_000 + len(json.dumps({"message": SENTENCE}, separators=(",", ":"))))

    @unittest.skipUnless(shutil.which("h2load"), "h2load is not installed")
    def test_h2load(self):
        token = jwt.encode({"sub": "1", "appId": CLIENT}, SECRET, algorithm="HS256")
        gateway = self.gateway(UNLIMITED)
        data = gateway.folder / "body.json"
        data.write_text(BODY)
        for protocol in ("h2", "http/1.1"):
            said = subprocess.run(
                ["h2load", "-n", "2000", "-c", "20", "-m", "20", f"--npn-list={protocol}", "-H",
                 f"auth: {token}", "-H", "content-type: application/json", "-d", str(data),
                 f"https://{gateway.host}{CALL}"], capture_output=True, text=True, timeout=120,
                check=True).stdout
            self.assertIn("2000 succeeded, 0 failed, 0 errored", said)
            self.assertIn("status codes: 2000 2xx", said)
        stats = gateway.stats()
        self.assertEqual((stats["triggered"], stats["duplicates"], stats["answers_lost"]),
                         (4000, 3999, 0))
        self.assertEqual(stats["http2_connections"], 20)

    @unittest.skipUnless(shutil.which("wrk"), "wrk is not installed")
    def test_wrk(self):
        token = jwt.encode({"sub": "1", "appId": CLIENT}, SECRET, algorithm="HS256")
        gateway = self.gateway(UNLIMITED)
        script = gateway.folder / "post.lua"
        script.write_text(f"""local n = 15550000000
request = function()
  n = n + 1
  return wrk.format("POST", "{CALL}", {{ ["Content-Type"] = "application/json",
    ["auth"] = "{token}" }}, '{{"fromNo": "+16693422058", "toNo": "+' .. n .. '"}}')
end
""")
        said = subprocess.run(["wrk", "-t1", "-c50", "-d1s", "-s", str(script),
                               f"https://{gateway.host}"], capture_output=True, text=True,
                              timeout=120, check=True).stdout
        self.assertNotIn("Non-2xx", said)
        self.assertNotIn("Socket errors", said)
        answered = int(re.search(r"(\d+) requests in", said).group(1))
        stats = gateway.stats()
        self.assertGreaterEqual(stats["triggered"], answered)
        self.assertEqual(stats["duplicates"], 0)
        self.assertEqual(set(stats["by_status"]), {"200"})


if __name__ == "__main__":
    unittest.main()
