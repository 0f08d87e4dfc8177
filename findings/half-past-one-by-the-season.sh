#!/bin/bash
# On November 1, 2026 half past one comes twice in New York. Which of the two "2026-11-01T01:30" means
# to npm's luxon 3.7.2 depends on the day on which it is asked: in July the first (EDT), in December
# and January the second (EST), because it begins from the offset of the present moment. A campaign
# that was planned in winter and is planned again in summer starts an hour earlier, and two machines
# that ask on both sides of the change of clocks disagree. moment-timezone 0.6.6 and
# @js-temporal/polyfill 0.5.1 say the first on every day.
# Guessed: the first, always.
#
# Seen: luxon asked in January 06:30Z, in July 05:30Z; moment-timezone and Temporal 05:30Z
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . luxon@3.7.2 moment@2.31.0 \
    moment-timezone@0.6.6 @js-temporal/polyfill@0.5.1 >/dev/null

seen=$(node --input-type=module - <<'NODE'
import { DateTime, Settings } from 'luxon'
import moment from 'moment-timezone'
import { Temporal } from '@js-temporal/polyfill'

const text = '2026-11-01T01:30:00'
const zone = 'America/New_York'
const hour = milliseconds => new Date(milliseconds).toISOString().slice(11, 16)
for (const asked of ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z']) {
    Settings.now = () => Date.parse(asked)
    console.log(`luxon, asked on ${asked.slice(0, 10)}:`,
                hour(DateTime.fromISO(text, { zone }).toMillis()))
}
console.log('moment-timezone:', hour(moment.tz(text, zone).valueOf()))
console.log('Temporal:', hour(Temporal.PlainDateTime.from(text).toZonedDateTime(zone)
    .epochMilliseconds))
NODE
)
echo "$seen"
[[ $seen == "luxon, asked on 2026-01-15: 06:30
luxon, asked on 2026-07-15: 05:30
moment-timezone: 05:30
Temporal: 05:30" ]]
