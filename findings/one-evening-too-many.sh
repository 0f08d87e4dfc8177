#!/bin/bash
# npm's rrule 2.8.1 reads the Z of UNTIL and EXDATE as the time of DTSTART's zone. An evening at
# 20:00 in New York whose rule ends in UTC at "20261202T235959Z" (18:59 there, so before that day's
# evening) is sent on December 2 all the same; and the evening of December 1, which is left out as
# 20261202T010000Z, is sent too.
# node-ical 0.27.2, which calculates with another library, and ical.js 2.2.1 have it right.
# Guessed: UTC is UTC wherever RFC 5545 asks for it.
#
# Seen: UNTIL: rrule 30 1 2, node-ical and ical.js 30 1; EXDATE: rrule 30 1 2, the others 30 2
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . rrule@2.8.1 \
    node-ical@0.27.2 ical.js@2.2.1 >/dev/null

seen=$(node --input-type=module - <<'NODE'
import ICAL from 'ical.js'
import ical from 'node-ical'
import rrule from 'rrule'

const zone = ['BEGIN:VTIMEZONE', 'TZID:America/New_York', 'BEGIN:STANDARD', 'TZOFFSETFROM:-0400',
              'TZOFFSETTO:-0500', 'DTSTART:20071104T020000', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
              'END:STANDARD', 'BEGIN:DAYLIGHT', 'TZOFFSETFROM:-0500', 'TZOFFSETTO:-0400',
              'DTSTART:20070311T020000', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU', 'END:DAYLIGHT',
              'END:VTIMEZONE']
const evening = date => new Intl.DateTimeFormat('en', { timeZone: 'America/New_York',
                                                         day: 'numeric' }).format(date)
const start = 'DTSTART;TZID=America/New_York:20261130T200000'
for (const [name, ...rules] of [['UNTIL', 'RRULE:FREQ=DAILY;UNTIL=20261202T235959Z'],
                                ['EXDATE', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20261202T010000Z']]) {
    const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example//EN', ...zone,
                  'BEGIN:VEVENT', 'UID:reminder@example.com', 'DTSTAMP:20261101T000000Z', start,
                  ...rules, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n')
    console.log(name, 'rrule:', ...rrule.rrulestr([start, ...rules].join('\n')).all().map(evening))
    const event = Object.values(ical.sync.parseICS(text)).find(part => part.type === 'VEVENT')
    const range = { from: new Date('2026-11-01'), to: new Date('2027-01-01') }
    console.log(name, 'node-ical:',
                ...ical.expandRecurringEvent(event, range).map(one => evening(one.start)))
    const calendar = new ICAL.Component(ICAL.parse(text))
    ICAL.TimezoneService.register(calendar.getFirstSubcomponent('vtimezone'))
    const times = new ICAL.Event(calendar.getFirstSubcomponent('vevent')).iterator()
    const days = []
    for (let time = times.next(); time; time = times.next()) days.push(evening(time.toJSDate()))
    console.log(name, 'ical.js:', ...days)
}
NODE
)
echo "$seen"
[[ $seen == "UNTIL rrule: 30 1 2
UNTIL node-ical: 30 1
UNTIL ical.js: 30 1
EXDATE rrule: 30 1 2
EXDATE node-ical: 30 2
EXDATE ical.js: 30 2" ]]
