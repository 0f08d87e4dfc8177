#!/bin/bash
# A yearly day that begins on February 29 has no day in 2025: RFC 5545 (3.3.10) says that such
# instances "MUST be ignored". npm's ical.js 2.2.1 (Thunderbird's) puts it on March 1 and leaves it
# there, and so never finds February 29 of 2028 again; node-ical 0.27.2 goes from 2024 to 2028. A
# day on which nobody is to be texted is another day by the one, and a reminder that one of them
# counts to three ends after two years or after eight.
# Guessed: both skip to 2028.
#
# Seen: ical.js 2024-02-29 2025-03-01 2026-03-01, node-ical 2024-02-29 2028-02-29 2032-02-29
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-ical@0.27.2 \
    ical.js@2.2.1 >/dev/null

seen=$(node --input-type=module - <<'NODE'
import ICAL from 'ical.js'
import ical from 'node-ical'

const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example//EN', 'BEGIN:VEVENT',
              'UID:leap@example.com', 'DTSTAMP:20231101T000000Z', 'SUMMARY:leap day',
              'DTSTART;VALUE=DATE:20240229', 'RRULE:FREQ=YEARLY;COUNT=3', 'END:VEVENT',
              'END:VCALENDAR', ''].join('\r\n')
const times = new ICAL.Event(
    new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent')).iterator()
console.log('ical.js', ...[0, 1, 2].map(() => times.next().toString()))
const event = Object.values(ical.sync.parseICS(text)).find(part => part.type === 'VEVENT')
const range = { from: new Date('2024-01-01'), to: new Date('2040-01-01') }
console.log('node-ical', ...ical.expandRecurringEvent(event, range)
    .map(one => one.start.toISOString().slice(0, 10)))
NODE
)
echo "$seen"
[[ $seen == "ical.js 2024-02-29 2025-03-01 2026-03-01
node-ical 2024-02-29 2028-02-29 2032-02-29" ]]
