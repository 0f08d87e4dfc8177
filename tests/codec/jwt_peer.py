"""Reads one JSON command from stdin and answers one JSON line: what PyJWT and jwcrypto, which are
not ours, make of a token of ours.

verify  {"token", "key", "algorithm"} -> {"header", "claims", "resigned"}: claims as compact JSON in
        the token's own order; resigned is the token with the peer's own signature over our text.
decrypt {"token", "key"} -> {"header", "text"}: key is the RSA private key in PEM.
A refusal -> {"error": name}; a missing library -> {"missing": package}.
"""

import json
import sys


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def verify(command):
    try:
        import jwt
        from jwt.utils import base64url_encode
    except ImportError:
        return {"missing": "python3-jwt"}
    key = command["key"]
    public = key
    name = command["algorithm"]
    algorithm = jwt.algorithms.get_default_algorithms()[name]
    if name.startswith("RS"):
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        key = load_pem_private_key(key.encode(), None)
        public = key.public_key()
    try:
        claims = jwt.decode(command["token"], public, algorithms=[name],
                            options={"verify_exp": command["expiry"], "verify_iat": command["expiry"]})
    except jwt.PyJWTError as refusal:
        return {"error": type(refusal).__name__}
    text = command["token"].rsplit(".", 1)[0]
    signature = algorithm.sign(text.encode(), algorithm.prepare_key(key))
    return {"header": compact(jwt.get_unverified_header(command["token"])),
            "claims": compact(claims),
            "resigned": text + "." + base64url_encode(signature).decode()}


def decrypt(command):
    try:
        from jwcrypto import jwe, jwk
    except ImportError:
        return {"missing": "python3-jwcrypto"}
    key = jwk.JWK.from_pem(command["key"].encode())
    allowed = ["RSA-OAEP", "RSA1_5", "A128CBC-HS256", "A128GCM", "A256GCM"]
    opened = jwe.JWE(algs=allowed)
    try:
        opened.deserialize(command["token"], key)
    except (jwe.InvalidJWEData, jwe.InvalidJWEOperation) as refusal:
        return {"error": type(refusal).__name__}
    return {"header": compact(opened.jose_header), "text": opened.payload.decode()}


command = json.load(sys.stdin)
print(json.dumps({"verify": verify, "decrypt": decrypt}[command["do"]](command)))
