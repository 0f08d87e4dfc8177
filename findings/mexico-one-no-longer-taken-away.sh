#!/bin/bash
# Mexican mobile numbers had a 1 behind +52 until 2019, and lists still have it. A newer
# libphonenumber understands less of them than an older one: Debian 12's (8.12.57, here as
# python3-phonenumbers, which carries the same metadata) takes the 1 away; npm's
# google-libphonenumber 3.2.47 leaves it, and says that the number is not valid. After an update one
# phone in its two spellings is two numbers.
#
# Seen: Debian: +5215512345678 is +525512345678 valid=True, +525512345678 is itself
#       npm:    +5215512345678 is +5215512345678 valid=false, +525512345678 is itself
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
for text in ("+5215512345678", "+525512345678"):
    number = phonenumbers.parse(text, None)
    print(text, "is", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
          f"valid={phonenumbers.is_valid_number(number)}")
PYTHON
)
npm=$(node - <<'NODE'
const library = require('./package/dist/libphonenumber.js')
const util = library.PhoneNumberUtil.getInstance()
for (const text of ['+5215512345678', '+525512345678']) {
    const number = util.parse(text, 'ZZ')
    console.log(`${text} is ${util.format(number, library.PhoneNumberFormat.E164)} ` +
                `valid=${util.isValidNumber(number)}`)
}
NODE
)
printf 'Debian python3-phonenumbers 8.12.57-4\n%s\nnpm google-libphonenumber 3.2.47\n%s\n' \
    "$debian" "$npm"
[[ $debian == "+5215512345678 is +525512345678 valid=True
+525512345678 is +525512345678 valid=True" ]]
[[ $npm == "+5215512345678 is +5215512345678 valid=false
+525512345678 is +525512345678 valid=true" ]]
