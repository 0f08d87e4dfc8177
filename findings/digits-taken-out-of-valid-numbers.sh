#!/bin/bash
# npm's phone 3.1.72 is asked to write valid numbers in E.164 and takes a digit out of four
# countries' mobiles: the 9 of Argentina's, which tells a mobile from a fixed line, the 0 of Gabon's
# older form, the second 7 of Liberia's and the 3 of Norfolk Island's. Each comes back as valid.
# With an opt-out list in the form of google-libphonenumber none of them meets its own entry.
# Guessed: what is E.164 and valid stays as it is.
#
# Seen: +5491123456789 -> +541123456789, +24106031234 -> +2416031234,
#       +231770123456 -> +23170123456 (no number of Liberia),
#       +672381234 -> +67281234
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in phone@3.1.72 google-libphonenumber@3.2.47; do
    npm pack --silent "$package" >/dev/null
    mkdir "${package%@*}"
    tar -xzf "${package/@/-}.tgz" -C "${package%@*}"
done

seen=$(node - <<'NODE'
const { phone } = require('./phone/package')
const util = require('./google-libphonenumber/package').PhoneNumberUtil.getInstance()
const valid = text => util.isValidNumber(util.parse(text, 'ZZ'))
for (const text of ['+5491123456789', '+24106031234', '+231770123456', '+672381234']) {
    const { phoneNumber } = phone(text)
    console.log(`${text} (valid=${valid(text)}) -> ${phoneNumber} (valid=${valid(phoneNumber)})`)
}
NODE
)
echo "$seen"
[[ $seen == "+5491123456789 (valid=true) -> +541123456789 (valid=true)
+24106031234 (valid=true) -> +2416031234 (valid=true)
+231770123456 (valid=true) -> +23170123456 (valid=false)
+672381234 (valid=true) -> +67281234 (valid=true)" ]]
