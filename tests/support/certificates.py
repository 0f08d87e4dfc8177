"""Certificates for tests, made with the openssl command: an authority and a server's own."""

import pathlib
import subprocess

KINDS = ("good", "wrong-name", "expired", "unknown-issuer")


def _openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr}")


def _authority(folder, name):
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", str(key), "-out", str(certificate), "-days", "2",
             "-subj", f"/CN=tidings test {name}",
             "-addext", "basicConstraints=critical,CA:TRUE",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    return key, certificate


def make(folder, kind="good"):
    """Returns (chain file, key file, the authority that a client is to trust)."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, ca = _authority(folder, "authority")
    trusted = ca
    if kind == "unknown-issuer":
        _, trusted = _authority(folder, "another-authority")
    key, request, certificate = folder / "server.key", folder / "server.csr", folder / "server.pem"
    names = "DNS:elsewhere.example" if kind == "wrong-name" else "DNS:localhost,IP:127.0.0.1"
    _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", str(key), "-out", str(request), "-subj", "/CN=server")
    settings = folder / "authority.cnf"
    settings.write_text(f"""[ca]
default_ca = here
[here]
new_certs_dir = {folder}
database = {folder}/index.txt
serial = {folder}/serial
default_md = sha256
policy = any
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
basicConstraints = CA:FALSE
subjectAltName = {names}
extendedKeyUsage = serverAuth
""", encoding="utf-8")
    (folder / "index.txt").write_text("", encoding="utf-8")
    (folder / "serial").write_text("1000\n", encoding="utf-8")
    dates = ["-days", "2"]
    if kind == "expired":
        dates = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
    _openssl("ca", "-batch", "-notext", "-config", str(settings), "-cert", str(ca),
             "-keyfile", str(ca_key), "-in", str(request), "-out", str(certificate), *dates)
    return certificate, key, trusted
