#!/bin/bash
# Lists from Japan and China have numbers in full-width characters, as the keyboard writes them.
# npm's google-libphonenumber 3.2.47 reads them. libphonenumber-js 1.13.16 has the full-width plus
# and digits in its tables, and awesome-phonenumber 7.8.0 is google's own code compiled: both say
# that there is no number at all, although the same digits behind a plain plus are read.
# Guessed: all three read them, or at least the two that are google's.
#
# Seen: ＋８１ ９０ １２３４ ５６７８ and ＋819012345678: google +819012345678, the others none
#       +８１ ９０ １２３４ ５６７８: +819012345678 by all three
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in google-libphonenumber@3.2.47 libphonenumber-js@1.13.16 awesome-phonenumber@7.8.0; do
    npm pack --silent "$package" >/dev/null
    mkdir "${package%@*}"
    tar -xzf "${package/@/-}.tgz" -C "${package%@*}"
done

seen=$(node - <<'NODE'
const google = require('./google-libphonenumber/package')
const other = require('./libphonenumber-js/package/max/index.cjs')
const { parsePhoneNumber } = require('./awesome-phonenumber/package')
const util = google.PhoneNumberUtil.getInstance()
for (const text of ['＋８１ ９０ １２３４ ５６７８', '＋819012345678', '+８１ ９０ １２３４ ５６７８']) {
    console.log(`${text}: google ${util.format(util.parse(text, 'ZZ'), google.PhoneNumberFormat.E164)}, ` +
                `js ${other.parsePhoneNumberFromString(text)?.number ?? 'none'}, ` +
                `awesome ${parsePhoneNumber(text).number?.e164 ?? 'none'}`)
}
NODE
)
echo "$seen"
[[ $seen == "＋８１ ９０ １２３４ ５６７８: google +819012345678, js none, awesome none
＋819012345678: google +819012345678, js none, awesome none
+８１ ９０ １２３４ ５６７８: google +819012345678, js +819012345678, awesome +819012345678" ]]
