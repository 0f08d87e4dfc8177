#!/bin/bash
# In November 2019 Gabon's mobiles lost the 0 behind +241 and got a 6 or 7 for it: 06 03 12 34 is
# 66 03 12 34 since (RFI, "Le Gabon change de numérotation téléphonique", 15 November 2019). Seven
# years later every form is still valid to npm's google-libphonenumber 3.2.47 and libphonenumber-js
# 1.13.16, also the one without a 0, and each is mobile: one phone, three valid numbers that are
# never equal. A list that was put together from old and new forms texts it three times, and an
# opt-out stops one of them. Benin's and Mexico's old forms became invalid; these did not.
# Guessed: forms of before 2019 are invalid today.
#
# Seen: +24166031234, +24106031234 and +2416031234 valid=true, each with an E.164 of its own
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
const google = require('./google-libphonenumber/package')
const other = require('./libphonenumber-js/package/max/index.cjs')
const util = google.PhoneNumberUtil.getInstance()
for (const text of ['+24166031234', '+24106031234', '+2416031234']) {
    const number = util.parse(text, 'ZZ')
    const second = other.parsePhoneNumberFromString(text)
    console.log(`google ${util.format(number, google.PhoneNumberFormat.E164)} ` +
                `valid=${util.isValidNumber(number)} ` +
                `mobile=${util.getNumberType(number) === google.PhoneNumberType.MOBILE}, ` +
                `js ${second.number} valid=${second.isValid()} ${second.getType()}`)
}
NODE
)
echo "$seen"
[[ $seen == "google +24166031234 valid=true mobile=true, js +24166031234 valid=true MOBILE
google +24106031234 valid=true mobile=true, js +24106031234 valid=true MOBILE
google +2416031234 valid=true mobile=true, js +2416031234 valid=true MOBILE" ]]
