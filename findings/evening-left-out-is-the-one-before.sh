#!/bin/bash
# A calendar has a reminder every evening at 20:00 in New York, and leaves out December 1 with
# EXDATE;VALUE=DATE, which RFC 5545 (3.8.5.1) has without a word on what a day takes out of moments.
# npm's node-ical 0.27.2 leaves out November 30 and sends on December 1; ical.js 2.2.1 leaves out
# December 1; Debian 12's recurring-ical-events 2.0.1 leaves out nothing. The same evening named as a
# moment of UTC is left out rightly by all three.
# Guessed: the day is left out, or nothing is.
#
# Seen (evenings of New York that are left of November 30 to December 2): node-ical 1 2,
#       ical.js 30 2, recurring-ical-events 30 1 2
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

calendar() {
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VTIMEZONE \
        TZID:America/New_York BEGIN:STANDARD TZOFFSETFROM:-0400 TZOFFSETTO:-0500 \
        DTSTART:20071104T020000 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU' END:STANDARD \
        BEGIN:DAYLIGHT TZOFFSETFROM:-0500 TZOFFSETTO:-0400 DTSTART:20070311T020000 \
        'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU' END:DAYLIGHT END:VTIMEZONE BEGIN:VEVENT \
        UID:reminder@example.com DTSTAMP:20261101T000000Z SUMMARY:reminder \
        'DTSTART;TZID=America/New_York:20261130T200000' 'RRULE:FREQ=DAILY;COUNT=3' "$1" \
        END:VEVENT END:VCALENDAR
}
calendar 'EXDATE;VALUE=DATE:20261201' >day.ics
calendar EXDATE:20261202T010000Z >moment.ics

seen=$(
    node --input-type=module - <<'NODE'
import fs from 'node:fs'
import ICAL from 'ical.js'
import ical from 'node-ical'

const evening = date => new Intl.DateTimeFormat('en', { timeZone: 'America/New_York',
                                                         day: 'numeric' }).format(date)
for (const name of ['day', 'moment']) {
    const text = fs.readFileSync(`${name}.ics`, 'utf8')
    const event = Object.values(ical.sync.parseICS(text)).find(part => part.type === 'VEVENT')
    const range = { from: new Date('2026-11-01'), to: new Date('2027-01-01') }
    console.log(`${name} node-ical:`,
                ...ical.expandRecurringEvent(event, range).map(one => evening(one.start)))
    const calendar = new ICAL.Component(ICAL.parse(text))
    ICAL.TimezoneService.register(calendar.getFirstSubcomponent('vtimezone'))
    const times = new ICAL.Event(calendar.getFirstSubcomponent('vevent')).iterator()
    const days = []
    for (let time = times.next(); time; time = times.next()) days.push(evening(time.toJSDate()))
    console.log(`${name} ical.js:`, ...days)
}
NODE
    PYTHONPATH=debian/usr/lib/python3/dist-packages /usr/bin/python3 - <<'PYTHON'
import icalendar, recurring_ical_events
for name in ("day", "moment"):
    calendar = icalendar.Calendar.from_ical(open(f"{name}.ics").read())
    events = recurring_ical_events.of(calendar).between((2026, 11, 1), (2027, 1, 1))
    print(f"{name} recurring-ical-events:",
          *(moment.day for moment in sorted(event["DTSTART"].dt for event in events)))
PYTHON
)
echo "$seen"
[[ $seen == "day node-ical: 1 2
day ical.js: 30 2
moment node-ical: 30 2
moment ical.js: 30 2
day recurring-ical-events: 30 1 2
moment recurring-ical-events: 30 2" ]]
