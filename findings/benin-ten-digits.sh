#!/bin/bash
# Benin put 01 before its eight digits on 30 November 2024. Debian 12's libphonenumber (8.12.57, here
# as python3-phonenumbers, which carries the same metadata) takes the number of today for impossible;
# npm's google-libphonenumber 3.2.47 takes the same phone's number of before for invalid. Neither
# says that the two are one phone.
#
# Seen: Debian: +2290195123456 possible=False valid=False, +22995123456 possible=True valid=True
#       npm:    +2290195123456 possible=true valid=true, +22995123456 possible=true valid=false
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q python3-phonenumbers=8.12.57-4 >/dev/null
dpkg-deb -x python3-phonenumbers_*.deb debian
npm pack --silent google-libphonenumber@3.2.47 >/dev/null
tar -xzf google-libphonenumber-3.2.47.tgz

debian=$(PYTHONPATH=debian/usr/lib/python3/dist-packages /usr/bin/python3 - <<'PYTHON'
import phonenumbers
for text in ("+2290195123456", "+22995123456"):
    number = phonenumbers.parse(text, None)
    print(text, f"possible={phonenumbers.is_possible_number(number)}",
          f"valid={phonenumbers.is_valid_number(number)}")
PYTHON
)
npm=$(node - <<'NODE'
const util = require('./package/dist/libphonenumber.js').PhoneNumberUtil.getInstance()
for (const text of ['+2290195123456', '+22995123456']) {
    const number = util.parse(text, 'ZZ')
    console.log(`${text} possible=${util.isPossibleNumber(number)} valid=${util.isValidNumber(number)}`)
}
NODE
)
printf 'Debian python3-phonenumbers 8.12.57-4\n%s\nnpm google-libphonenumber 3.2.47\n%s\n' \
    "$debian" "$npm"
[[ $debian == "+2290195123456 possible=False valid=False
+22995123456 possible=True valid=True" ]]
[[ $npm == "+2290195123456 possible=true valid=true
+22995123456 possible=true valid=false" ]]
