#!/bin/bash
# A job at 02:30 every night in New York meets March 14, 2027, when the clocks go from 02:00 to
# 03:00. Debian 12's systemd 252.39 leaves that night out (OnCalendar=*-*-* 02:30 America/New_York:
# whoever was due waits until Monday); npm's cron-parser 5.10.5 runs at 03:30, croner 11.0.0 and cron
# 4.4.0 at 03:00; a calendar's daily 02:30 is at 01:30 by ical.js 2.2.1 and at 03:30 by rrule 2.8.1.
# Two programs that agree on every other night, one preparing for the other, change places.
# Guessed: 03:30 by all of them.
#
# Seen for that night (New York's time): systemd nothing, cron-parser 03:30, croner 03:00, cron 03:00,
#       ical.js 01:30, rrule 03:30
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . cron-parser@5.10.5 \
    croner@11.0.0 cron@4.4.0 luxon@3.7.2 ical.js@2.2.1 rrule@2.8.1 >/dev/null
apt-get download -q systemd=252.39-1~deb12u2 >/dev/null
dpkg-deb -x systemd_*.deb debian

systemd=$(LD_LIBRARY_PATH=$(echo debian/usr/lib/*/systemd):debian/usr/lib/systemd \
    debian/usr/bin/systemd-analyze calendar --base-time='2027-03-13 12:00:00 UTC' \
    '*-*-* 02:30 America/New_York' | sed -n 's/.*Next elapse: //p')
npm=$(node --input-type=module - <<'NODE'
import { CronExpressionParser } from 'cron-parser'
import { CronTime } from 'cron'
import { Cron } from 'croner'
import { DateTime } from 'luxon'
import ICAL from 'ical.js'
import rrule from 'rrule'

const tz = 'America/New_York'
const noonBefore = new Date('2027-03-13T17:00:00Z')
const tell = (name, date) => console.log(name, DateTime.fromJSDate(date).setZone(tz)
    .toFormat('LLL d HH:mm'))
tell('cron-parser', CronExpressionParser.parse('30 2 * * *', { tz, currentDate: noonBefore })
    .next().toDate())
tell('croner', new Cron('30 2 * * *', { timezone: tz, paused: true }).nextRun(noonBefore))
tell('cron', new CronTime('0 30 2 * * *', tz).getNextDateFrom(DateTime.fromJSDate(noonBefore), tz)
    .toJSDate())

const start = `DTSTART;TZID=${tz}:20270313T023000`
const rule = 'RRULE:FREQ=DAILY;COUNT=2'
const calendar = new ICAL.Component(ICAL.parse(['BEGIN:VCALENDAR', 'VERSION:2.0',
    'PRODID:-//example//EN', 'BEGIN:VTIMEZONE', `TZID:${tz}`, 'BEGIN:STANDARD',
    'TZOFFSETFROM:-0400', 'TZOFFSETTO:-0500', 'DTSTART:20071104T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU', 'END:STANDARD', 'BEGIN:DAYLIGHT',
    'TZOFFSETFROM:-0500', 'TZOFFSETTO:-0400', 'DTSTART:20070311T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU', 'END:DAYLIGHT', 'END:VTIMEZONE', 'BEGIN:VEVENT',
    'UID:nightly@example.com', 'DTSTAMP:20270301T000000Z', 'SUMMARY:nightly', start, rule,
    'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n')))
ICAL.TimezoneService.register(calendar.getFirstSubcomponent('vtimezone'))
const times = new ICAL.Event(calendar.getFirstSubcomponent('vevent')).iterator()
times.next()
tell('ical.js', times.next().toJSDate())
tell('rrule', rrule.rrulestr(`${start}\n${rule}`).all()[1])
NODE
)
printf 'systemd %s\n%s\n' "$systemd" "$npm"
[[ $systemd == "Mon 2027-03-15 06:30:00 UTC" ]]
[[ $npm == "cron-parser Mar 14 03:30
croner Mar 14 03:00
cron Mar 14 03:00
ical.js Mar 14 01:30
rrule Mar 14 03:30" ]]
