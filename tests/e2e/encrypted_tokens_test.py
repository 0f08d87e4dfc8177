#!/usr/bin/env python3
"""Encrypted tokens against an implementation that is not ours (jwcrypto), in both directions."""

import itertools
import json
import os
import pathlib
import subprocess
import unittest

from jwcrypto import jwe, jwk, jws

from served_gateway import BODY, BOT, CLIENT, Outside, PROGRAM, SECRET, SENDER, SENTENCE

WRAPS = ("RSA-OAEP", "RSA1_5")
CIPHERS = ("A128CBC-HS256", "A128GCM", "A256GCM")
KINDS = tuple(itertools.product(WRAPS, CIPHERS))
ALLOWED = list(WRAPS + CIPHERS)  # jwcrypto leaves RSA1_5 out unless it is named
CLAIMS = {"sub": "1234567890", "appId": CLIENT}


def encrypting_app(rule, more=""):
    return f"""[[app]]
client_id = "{CLIENT}"
client_secret = "{SECRET}"
bots = ["{BOT}"]
jwe = "{rule}"
{more}
"""


def oct_key(secret):
    return jwk.JWK(kty="oct", k=jwe.base64url_encode(secret))


def signed(secret=SECRET, claims=CLAIMS):
    made = jws.JWS(json.dumps(claims))
    made.add_signature(oct_key(secret), None, json.dumps({"alg": "HS256", "typ": "JWT"}), None)
    return made.serialize(compact=True)


def sealed(key, wrap, cipher, inner, **header):
    header = {"alg": wrap, "enc": cipher, "typ": "JWT", "kid": key.get("kid")} | header
    made = jwe.JWE(inner, json.dumps(header), algs=ALLOWED + ["RSA-OAEP-256", "A192GCM"])
    made.add_recipient(key)
    return made.serialize(compact=True)


def opened(key, token):
    """The header and the inner token."""
    made = jwe.JWE(algs=ALLOWED)
    made.deserialize(token, key)
    return json.loads(made.objects["protected"]), made.payload.decode()


def verified(token, secret=SECRET):
    made = jws.JWS()
    made.deserialize(token, oct_key(secret))
    return json.loads(made.payload)


class Encrypted(Outside):
    def public_key_of(self, gateway):
        file = gateway.folder / "files" / f"jwe-{CLIENT}.jwk.json"
        return jwk.JWK.from_json(file.read_text(encoding="utf-8"))

    def test_tokens_of_jwcrypto_are_taken(self):
        gateway = self.gateway(encrypting_app("enforced"))
        key = self.public_key_of(gateway)
        for wrap, cipher in KINDS:
            with self.subTest(f"{wrap} {cipher}"):
                for http in ("--http1.1", "--http2"):
                    token = sealed(key, wrap, cipher, signed())
                    status, answer, _ = self.curl(gateway, token, BODY, http)
                    self.assertEqual((status, json.loads(answer)), (200, {"message": SENTENCE}))
        self.assertEqual(gateway.stats()["triggered"], 2 * len(KINDS))

    def test_a_key_of_jwcrypto_is_taken_as_it_is(self):
        key = jwk.JWK.generate(kty="RSA", size=2048)
        file = pathlib.Path(self.scratch()) / "jwe.pem"
        file.write_bytes(key.export_to_pem(private_key=True, password=None))
        gateway = self.gateway(encrypting_app(
            "optional", f'jwe_key_file = "{file}"\njwe_key_id = "of-jwcrypto"'))
        theirs = self.public_key_of(gateway)
        self.assertEqual(theirs["kid"], "of-jwcrypto")
        self.assertEqual(theirs.thumbprint(), key.thumbprint())
        self.assertFalse(theirs.has_private)
        self.assertEqual(self.curl(gateway, signed())[0], 200)
        for wrap, cipher in KINDS:
            token = sealed(key, wrap, cipher, signed(), kid="of-jwcrypto")
            self.assertEqual(self.curl(gateway, token)[0], 200, (wrap, cipher))

    def test_what_is_wrong_is_refused(self):
        gateway = self.gateway(encrypting_app("enforced"))
        key, stranger = self.public_key_of(gateway), jwk.JWK.generate(kty="RSA", size=2048)
        good = sealed(key, "RSA-OAEP", "A256GCM", signed())
        parts = good.split(".")
        flipped = ".".join(parts[:4] + [("A" if parts[4][0] != "A" else "B") + parts[4][1:]])
        for what, token, words in (
                ("plain", signed(), "Invalid JWT token"),
                ("tampered", flipped, "Invalid JWT token"),
                ("another key", sealed(stranger, "RSA-OAEP", "A128GCM", signed(),
                                       kid=key["kid"]), "Invalid JWT token"),
                ("another kid", sealed(key, "RSA-OAEP", "A128GCM", signed(), kid="x"),
                 "Invalid JWT token"),
                ("another wrap", sealed(key, "RSA-OAEP-256", "A128GCM", signed()),
                 "Invalid JWT token"),
                ("another cipher", sealed(key, "RSA-OAEP", "A192GCM", signed()),
                 "Invalid JWT token"),
                ("no token inside", sealed(key, "RSA1_5", "A128GCM", "hello"),
                 "Invalid JWT token"),
                ("another secret", sealed(key, "RSA1_5", "A128GCM", signed("forged")),
                 "Invalid SDK credentials")):
            status, answer, _ = self.curl(gateway, token)
            self.assertEqual(status, 401, what)
            self.assertIn(words, answer, what)
        self.assertEqual(self.curl(gateway, good)[0], 200)
        self.assertEqual(gateway.stats()["triggered"], 1)

    def token_of_the_sender(self, folder, wrap, cipher, key_file):
        campaign = pathlib.Path(folder) / "campaign.toml"
        campaign.write_text(f"""name = "token"
[recipients]
file = "none.csv"
[[bot]]
url = "https://localhost:1"
bot_id = "{BOT}"
client_id = "{CLIENT}"
client_secret = {{ env = "TIDINGS_CLIENT_SECRET" }}
jwe_key_file = "{key_file}"
jwe_algorithm = "{wrap}"
jwe_encryption = "{cipher}"
[[bot.sender]]
from = "{SENDER}"
""", encoding="utf-8")
        (campaign.parent / "none.csv").write_text("toNo\n+15550000001\n", encoding="utf-8")
        done = subprocess.run([PROGRAM, "token", str(campaign)], capture_output=True, text=True,
                              timeout=60, check=False,
                              env=os.environ | {"TIDINGS_CLIENT_SECRET": SECRET})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_the_senders_tokens_are_opened_by_jwcrypto(self):
        folder = pathlib.Path(self.scratch())
        key = jwk.JWK.generate(kty="RSA", size=3072, kid="platform-1")
        (folder / "platform.jwk.json").write_text(key.export_public(), encoding="utf-8")
        for wrap, cipher in KINDS:
            with self.subTest(f"{wrap} {cipher}"):
                token = self.token_of_the_sender(folder, wrap, cipher, "platform.jwk.json")
                header, inner = opened(key, token)
                self.assertEqual((header["alg"], header["enc"], header["kid"], header["typ"]),
                                 (wrap, cipher, "platform-1", "JWT"))
                claims = verified(inner)
                self.assertEqual((claims["appId"], claims["sub"]), (CLIENT, "1234567890"))
                with self.assertRaises(jws.InvalidJWSSignature):
                    verified(inner, "another-secret")

    def test_the_senders_tokens_are_taken_by_the_gateway(self):
        gateway = self.gateway(encrypting_app("enforced"))
        folder = self.scratch()
        key_file = gateway.folder / "files" / f"jwe-{CLIENT}.jwk.json"
        for wrap, cipher in KINDS:
            token = self.token_of_the_sender(folder, wrap, cipher, key_file)
            self.assertEqual(self.curl(gateway, token)[0], 200, (wrap, cipher))
        self.assertEqual(gateway.stats()["triggered"], len(KINDS))


if __name__ == "__main__":
    unittest.main()
