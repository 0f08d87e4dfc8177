#!/bin/bash
# A number that has one digit too many is a slip of the keyboard. npm's phone 3.1.72 ("normalize
# phone number into E.164") does not refuse it: it throws away the first digit behind +1 and returns
# what is left as valid. That is somebody else, in another state.
# Guessed: invalid. libphonenumber-js 1.13.16 says so.
#
# Seen: +165025550123 (for +1 650 255 5012, with a 3 too many) -> phone: +15025550123, valid, USA
#       (area code 502 is Louisville); libphonenumber-js: +165025550123 valid=false
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in phone@3.1.72 libphonenumber-js@1.13.16; do
    npm pack --silent "$package" >/dev/null
    mkdir "${package%@*}"
    tar -xzf "${package/@/-}.tgz" -C "${package%@*}"
done

seen=$(node - <<'NODE'
const { phone } = require('./phone/package')
const other = require('./libphonenumber-js/package/max/index.cjs')
for (const text of ['+16502555012', '+165025550123', '+1 (650) 255-50123']) {
    const { isValid, phoneNumber, countryIso3 } = phone(text)
    console.log(`${text}: phone ${phoneNumber} valid=${isValid} ${countryIso3}, ` +
                `libphonenumber-js valid=${other.parsePhoneNumberFromString(text).isValid()}`)
}
NODE
)
echo "$seen"
[[ $seen == "+16502555012: phone +16502555012 valid=true USA, libphonenumber-js valid=true
+165025550123: phone +15025550123 valid=true USA, libphonenumber-js valid=false
+1 (650) 255-50123: phone +15025550123 valid=true USA, libphonenumber-js valid=false" ]]
