#!/bin/bash
# Egypt, Chile, Lebanon and Cuba put their clocks forward at midnight: that day begins at 01:00. npm's
# date-fns-tz 3.2.0 gives for 00:00 of such a day 23:00 of the day before, so that what holds "from
# the 30th" (a holiday, a deadline, a row's own moment) begins an hour early, on the 29th.
# @date-fns/tz 1.5.0, by the same authors, luxon 3.7.2 and @js-temporal/polyfill 0.5.1 say 01:00.
# Guessed: 01:00, the first moment of that day.
#
# Seen: Cairo 2027-04-30T00:00: date-fns-tz is 2027-04-29 23:00 there, the others 2027-04-30 01:00;
#       Santiago 2027-09-05T00:00 likewise
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . date-fns@4.4.0 \
    date-fns-tz@3.2.0 @date-fns/tz@1.5.0 luxon@3.7.2 @js-temporal/polyfill@0.5.1 >/dev/null

seen=$(node --input-type=module - <<'NODE'
import { fromZonedTime } from 'date-fns-tz'
import { TZDate } from '@date-fns/tz'
import { DateTime } from 'luxon'
import { Temporal } from '@js-temporal/polyfill'

for (const [year, month, day, zone] of [[2027, 4, 30, 'Africa/Cairo'],
                                        [2027, 9, 5, 'America/Santiago']]) {
    const midnight = new Temporal.PlainDateTime(year, month, day)
    const moments = {
        'date-fns-tz': +fromZonedTime(midnight.toString(), zone),
        '@date-fns/tz': +new TZDate(year, month - 1, day, zone),
        luxon: DateTime.fromISO(midnight.toString(), { zone }).toMillis(),
        Temporal: midnight.toZonedDateTime(zone).epochMilliseconds,
    }
    for (const [name, moment] of Object.entries(moments)) {
        console.log(zone, name, DateTime.fromMillis(moment, { zone }).toFormat('yyyy-MM-dd HH:mm'))
    }
}
NODE
)
echo "$seen"
[[ $seen == "Africa/Cairo date-fns-tz 2027-04-29 23:00
Africa/Cairo @date-fns/tz 2027-04-30 01:00
Africa/Cairo luxon 2027-04-30 01:00
Africa/Cairo Temporal 2027-04-30 01:00
America/Santiago date-fns-tz 2027-09-04 23:00
America/Santiago @date-fns/tz 2027-09-05 01:00
America/Santiago luxon 2027-09-05 01:00
America/Santiago Temporal 2027-09-05 01:00" ]]
