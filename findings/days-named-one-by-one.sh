#!/bin/bash
# Holidays that follow the moon cannot be a rule; a calendar names their days with RDATE. RFC 5545
# (3.8.5.2) says that they are added to DTSTART's. npm's node-ical 0.27.2 reads RDATE and has the
# first day alone; ical.js 2.2.1 has the named days, but not DTSTART's; Debian 12's
# recurring-ical-events 2.0.1 has all three. Who keeps quiet by such a calendar texts people on two of
# their holidays, or on the first.
# Guessed: all three have all days.
#
# Seen (DTSTART 2026-11-30, RDATE 2026-12-05 and 2026-12-10): node-ical 11-30; ical.js 12-05 12-10;
#       recurring-ical-events 11-30 12-05 12-10
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-ical@0.27.2 \
    ical.js@2.2.1 >/dev/null
for package in recurring-ical-events=2.0.1-1 icalendar=4.0.3-5 x-wr-timezone=0.0.5-2 \
    tz=2022.7.1-4 dateutil=2.8.2-2 six=1.16.0-4; do
    apt-get download -q "python3-$package" >/dev/null
done
for file in *.deb; do dpkg-deb -x "$file" debian; done
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT \
    UID:holiday@example.com DTSTAMP:20261101T000000Z SUMMARY:holiday \
    'DTSTART;VALUE=DATE:20261130' 'RDATE;VALUE=DATE:20261205,20261210' END:VEVENT \
    END:VCALENDAR >days.ics

seen=$(
    node --input-type=module - <<'NODE'
import fs from 'node:fs'
import ICAL from 'ical.js'
import ical from 'node-ical'

const text = fs.readFileSync('days.ics', 'utf8')
const event = Object.values(ical.sync.parseICS(text)).find(part => part.type === 'VEVENT')
const range = { from: new Date('2026-11-01'), to: new Date('2027-01-01') }
console.log('node-ical', ...ical.expandRecurringEvent(event, range)
    .map(one => one.start.toISOString().slice(0, 10)))
const times = new ICAL.Event(
    new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent')).iterator()
const days = []
for (let time = times.next(); time; time = times.next()) days.push(time.toString())
console.log('ical.js', ...days)
NODE
    PYTHONPATH=debian/usr/lib/python3/dist-packages /usr/bin/python3 - <<'PYTHON'
import icalendar, recurring_ical_events
calendar = icalendar.Calendar.from_ical(open("days.ics").read())
events = recurring_ical_events.of(calendar).between((2026, 11, 1), (2027, 1, 1))
print("recurring-ical-events", *sorted(str(event["DTSTART"].dt) for event in events))
PYTHON
)
echo "$seen"
[[ $seen == "node-ical 2026-11-30
ical.js 2026-12-05 2026-12-10
recurring-ical-events 2026-11-30 2026-12-05 2026-12-10" ]]
