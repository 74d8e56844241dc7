"""A certificate for 127.0.0.1, and the authority that a client must trust for it."""

import pathlib
import subprocess


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def write(root: pathlib.Path) -> None:
    """Makes ca.pem, server.pem and server.key (ECDSA, P-256) in the directory `root`."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30")
    _openssl("req", "-x509", *key, "-subj", "/CN=clerk-bench CA", "-keyout", str(root / "ca.key"),
             "-out", str(root / "ca.pem"), "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    _openssl("req", *key, "-subj", "/CN=127.0.0.1", "-keyout", str(root / "server.key"),
             "-out", str(root / "server.csr"))
    extensions = root / "extensions"
    extensions.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n"
                          "keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n")
    _openssl("x509", "-req", "-in", str(root / "server.csr"), "-CA", str(root / "ca.pem"), "-CAkey", str(root / "ca.key"),
             "-CAcreateserial", "-days", "30", "-extfile", str(extensions), "-out", str(root / "server.pem"))
