#!/bin/bash
# npm's validator 13.15.35 has isMobilePhone(number, 'any'), which forms use to keep out what cannot
# be texted. It says yes to toll-free and premium rate numbers and to Brazilian and Afghan fixed
# lines, and no to every ten-digit mobile of Ivory Coast (since January 2021), Benin (since November
# 2024) and Azerbaijan's newer operators, all valid to google-libphonenumber 3.2.47.
# Guessed: it errs for a few small countries, and refuses premium rate.
#
# Seen: of the 244 regions whose mobiles google-libphonenumber has an example of, 70 are refused;
#       +19002345678 (premium rate) is a mobile phone, +2250501234567 (mobile) is none
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in validator@13.15.35 google-libphonenumber@3.2.47; do
    npm pack --silent "$package" >/dev/null
    mkdir "${package%@*}"
    tar -xzf "${package/@/-}.tgz" -C "${package%@*}"
done

seen=$(node - <<'NODE'
const google = require('./google-libphonenumber/package')
const isMobilePhone = require('./validator/package/lib/isMobilePhone.js').default
const util = google.PhoneNumberUtil.getInstance()
const { MOBILE } = google.PhoneNumberType
const nameOf = type => Object.entries(google.PhoneNumberType).find(([, t]) => t === type)[0]
let refused = 0, asked = 0
for (const region of util.getSupportedRegions()) {
    const example = util.getExampleNumberForType(region, MOBILE)
    if (!example) continue
    asked++
    if (!isMobilePhone(util.format(example, google.PhoneNumberFormat.E164), 'any')) refused++
}
console.log(`examples of mobiles refused: ${refused} of ${asked}`)
for (const text of ['+19002345678', '+18002345678', '+551123456789', '+93234567890',
                    '+2250501234567', '+2290195123456', '+994401234567']) {
    console.log(text, nameOf(util.getNumberType(util.parse(text))), isMobilePhone(text, 'any'))
}
NODE
)
echo "$seen"
[[ $seen == "examples of mobiles refused: 70 of 244
+19002345678 PREMIUM_RATE true
+18002345678 TOLL_FREE true
+551123456789 FIXED_LINE true
+93234567890 FIXED_LINE true
+2250501234567 MOBILE false
+2290195123456 MOBILE false
+994401234567 MOBILE false" ]]
