#!/bin/bash
# A server that is reloaded says GOAWAY with the last stream that it will still answer, answers that
# stream and closes (RFC 9113, 6.8; nginx, Apache and Caddy do). Debian 12's python3-h2 4.1.0 takes
# GOAWAY for the end of the connection: the answer to a stream at or below the last one is a
# ProtocolError, so that a request that was answered looks as if it had failed. Whoever sends it again
# then sends it twice.
#
# Seen: after GOAWAY last_stream_id=1 the HEADERS of stream 1 raise "ProtocolError Invalid input
#       ConnectionInputs.RECV_HEADERS in state ConnectionState.CLOSED"; without it they are an answer
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in python3-h2=4.1.0-4 python3-hpack=4.0.0-2 python3-hyperframe=6.0.0-1; do
    apt-get download -q "$package" >/dev/null
done
for file in *.deb; do dpkg-deb -x "$file" here; done

seen=$(PYTHONPATH=here/usr/lib/python3/dist-packages /usr/bin/python3 - <<'PYTHON'
import h2.config, h2.connection
from hyperframe.frame import GoAwayFrame

ASK = [(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/")]

def answered(goes_away):
    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    server = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    client.initiate_connection()
    server.initiate_connection()
    client.send_headers(1, ASK, end_stream=True)
    server.receive_data(client.data_to_send())
    client.receive_data(server.data_to_send())
    if goes_away:
        client.receive_data(GoAwayFrame(0, last_stream_id=1).serialize())
    server.send_headers(1, [(":status", "200")], end_stream=True)
    try:
        return [type(event).__name__ for event in client.receive_data(server.data_to_send())][0]
    except Exception as error:
        return f"{type(error).__name__} {error}"

print("without GOAWAY:", answered(False))
print("behind GOAWAY:", answered(True))
PYTHON
)
printf 'Debian python3-h2 4.1.0-4\n%s\n' "$seen"
[[ $seen == "without GOAWAY: ResponseReceived
behind GOAWAY: ProtocolError Invalid input ConnectionInputs.RECV_HEADERS in state ConnectionState.CLOSED" ]]
