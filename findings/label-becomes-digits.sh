#!/bin/bash
# A name behind a number ("+49 30 23125012 Lea") is a word to people. npm's google-libphonenumber
# 3.2.47 reads three letters and more as keys of a telephone and appends them: where numbers have
# no fixed length (Germany, Austria, Italy's fixed lines) the result is a longer number, and valid:
# a stranger's. libphonenumber-js 1.13.16, which is made from the same metadata, stops before the
# name. One list, two libraries, two people.
# Guessed: both stop before the name, or both refuse.
#
# Seen: google-libphonenumber: +49 30 23125012 Lea -> +493023125012532 valid
#                              +43 664 123456 Eva -> +43664123456382 valid
#                              +49 89 99998012 (Mama) -> +4989999980126262 valid
#       libphonenumber-js:     +493023125012, +43664123456, +498999998012, all valid
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in google-libphonenumber@3.2.47 libphonenumber-js@1.13.16; do
    npm pack --silent "$package" >/dev/null
    mkdir "${package%@*}"
    tar -xzf "${package/@/-}.tgz" -C "${package%@*}"
done

seen=$(node - <<'NODE'
const google = require('./google-libphonenumber/package/dist/libphonenumber.js')
const other = require('./libphonenumber-js/package/max/index.cjs')
const util = google.PhoneNumberUtil.getInstance()
for (const text of ['+49 30 23125012 Lea', '+43 664 123456 Eva', '+49 89 99998012 (Mama)']) {
    const number = util.parse(text, 'ZZ')
    const second = other.parsePhoneNumberFromString(text)
    console.log(`${text}: google ${util.format(number, google.PhoneNumberFormat.E164)} ` +
                `valid=${util.isValidNumber(number)}, js ${second.number} valid=${second.isValid()}`)
}
NODE
)
echo "$seen"
[[ $seen == "+49 30 23125012 Lea: google +493023125012532 valid=true, js +493023125012 valid=true
+43 664 123456 Eva: google +43664123456382 valid=true, js +43664123456 valid=true
+49 89 99998012 (Mama): google +4989999980126262 valid=true, js +498999998012 valid=true" ]]
