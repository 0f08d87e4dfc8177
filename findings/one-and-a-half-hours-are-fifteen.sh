#!/bin/bash
# "1,5h" is an hour and a half to most of Europe. npm's parse-duration 2.1.9 takes the comma away and
# says fifteen hours; "1:30" it reads as 1.03 ms. A pause between two messages, or a token's
# lifetime, is ten times as long as written, or nothing. ms 2.1.3 refuses both.
# Guessed: refused, as ms does, or an hour and a half.
#
# Seen: parse-duration: 1,5h = 54000000 ms, 1.5h = 5400000, 1:30 = 1.03; ms: 1,5h and 1:30 undefined
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . parse-duration@2.1.9 \
    ms@2.1.3 >/dev/null

seen=$(node --input-type=module - <<'NODE'
import ms from 'ms'
import parse from 'parse-duration'
for (const text of ['1.5h', '1,5h', '1:30']) console.log(`${text}: ${parse(text)}, ms ${ms(text)}`)
NODE
)
echo "$seen"
[[ $seen == "1.5h: 5400000, ms 5400000
1,5h: 54000000, ms undefined
1:30: 1.03, ms undefined" ]]
