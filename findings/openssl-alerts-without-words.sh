#!/bin/bash
# OpenSSL 3.0 has no words for three alerts of the registry: SSL_alert_desc_string_long() calls 86
# (inappropriate_fallback, RFC 7507), 109 (missing_extension) and 116 (certificate_required, both
# RFC 8446) "unknown". The last is what a TLS 1.3 server says that wants a client certificate and
# got none, also one made with OpenSSL itself: whoever prints OpenSSL's words tells a user nothing.
#
# Seen: 40 handshake failure, 86 unknown, 109 unknown, 116 unknown, 120 no application protocol
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libssl3=3.0.20-1~deb12u2 >/dev/null
dpkg-deb -x libssl3_*.deb debian
said=$(LD_LIBRARY_PATH=$(echo "$work"/debian/usr/lib/*) /usr/bin/python3 - <<'PYTHON'
import ctypes
words = ctypes.CDLL("libssl.so.3").SSL_alert_desc_string_long
words.restype = ctypes.c_char_p
print(", ".join(f"{alert} {words(alert).decode()}" for alert in (40, 86, 109, 116, 120)))
PYTHON
)
printf 'Debian libssl3 3.0.20-1~deb12u2\n%s\n' "$said"
wanted="40 handshake failure, 86 unknown, 109 unknown, 116 unknown"
[[ $said == "$wanted, 120 no application protocol" ]]
