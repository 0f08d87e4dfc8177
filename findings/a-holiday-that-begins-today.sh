#!/bin/bash
# "DTSTART;VALUE=DATE:20270704" is how calendars write a whole day. npm's rrule 2.8.1 does not know
# the parameter, drops the line without a word and lets the rule begin at the present second: a
# holiday on the 4th of July is today and on today's date of the next years, and the 4th of July is
# a day like any other. Without the parameter, or with a time, the line is read.
# Guessed: the day is read, or the line is refused.
#
# Seen: VALUE=DATE: starts now; DTSTART:20270704T000000Z: 2027-07-04 2028-07-04
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . rrule@2.8.1 >/dev/null

seen=$(node --input-type=module - <<'NODE'
import rrule from 'rrule'

const rule = 'RRULE:FREQ=YEARLY;COUNT=2'
const now = Date.now()
const [first] = rrule.rrulestr(`DTSTART;VALUE=DATE:20270704\n${rule}`).all()
console.log('whole day: begins', Math.abs(first - now) < 60e3 ? 'now' : first.toISOString())
console.log('moment:', ...rrule.rrulestr(`DTSTART:20270704T000000Z\n${rule}`).all()
    .map(date => date.toISOString().slice(0, 10)))
NODE
)
echo "$seen"
[[ $seen == "whole day: begins now
moment: 2027-07-04 2028-07-04" ]]
