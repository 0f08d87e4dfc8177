#!/bin/bash
# In 2026 British Columbia, Alberta and Manitoba stopped changing their clocks and stayed on summer
# time, and Morocco went back to UTC. Which hour it is there in the winter of 2026/27 depends on the
# package that is asked: moment-timezone 0.6.6 (October 2026) carries tz 2026f; @js-joda/timezone
# 2.25.2, the newest of its kind, and Debian 12's tzdata 2025b do not know of it. A sender that
# stops at 21:00 by the older ones texts Vancouver until 22:00 and begins in Casablanca at 07:00.
# Guessed: the newest releases agree about next month, as they did for years.
#
# Seen for 2026-12-01T05:00Z: America/Vancouver 22:00 by tz 2026f, 21:00 by the others;
#       Edmonton 23:00 and 22:00, Winnipeg 00:00 and 23:00, Casablanca 05:00 and 06:00
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . moment@2.31.0 \
    moment-timezone@0.6.6 @js-joda/core@6.3.2 @js-joda/timezone@2.25.2 >/dev/null
for version in 2025b-0+deb12u1 2026f-0+deb12u1; do
    apt-get download -q "tzdata=$version" >/dev/null
    dpkg-deb -x "tzdata_${version}_all.deb" "${version%%-*}"
done

seen=$(
    node - <<'NODE'
const moment = require('moment-timezone')
const { Instant, ZoneId, ZonedDateTime } = require('@js-joda/core')
require('@js-joda/timezone')
const at = '2026-12-01T05:00:00Z'
for (const zone of ['Vancouver', 'Edmonton', 'Winnipeg', 'Casablanca'].map(
    city => `${city === 'Casablanca' ? 'Africa' : 'America'}/${city}`)) {
    const joda = ZonedDateTime.ofInstant(Instant.parse(at), ZoneId.of(zone))
    console.log(`${zone} moment ${moment.tz(at, zone).format('HH:mm')} joda ${joda.toLocalTime()}`)
}
NODE
    for version in 2025b 2026f; do
        for zone in America/Vancouver Africa/Casablanca; do
            echo "Debian $version $zone $(TZDIR=$PWD/$version/usr/share/zoneinfo TZ=$zone \
                date -d 2026-12-01T05:00Z +%H:%M)"
        done
    done
)
echo "$seen"
[[ $seen == "America/Vancouver moment 22:00 joda 21:00
America/Edmonton moment 23:00 joda 22:00
America/Winnipeg moment 00:00 joda 23:00
Africa/Casablanca moment 05:00 joda 06:00
Debian 2025b America/Vancouver 21:00
Debian 2025b Africa/Casablanca 06:00
Debian 2026f America/Vancouver 22:00
Debian 2026f Africa/Casablanca 05:00" ]]
