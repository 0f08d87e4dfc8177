#!/bin/bash
# Debian 12's python3-holidays 0.10.1 knows Mexico's holidays by rules of its own: where Labour Day
# is a Saturday (2027), Friday, April 30 is "Natalicio de Benito Juárez (Observed)", although his
# day was in March and Mexico moves no Saturdays; December 24 is a change of government, which is
# every six years, and not in 2027. Juneteenth, a federal holiday since 2021, is no day of the United
# States'. npm's date-holidays 3.37.0 has none of the three Fridays, and June 18 and 19.
# Guessed: the two agree on national holidays of next year, names aside.
#
# Seen (only in Debian's, Mexico): 2027-04-30, 2027-12-24, 2027-12-31; (only in npm's, United States):
#       2027-06-18, 2027-06-19
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in holidays=0.10.1-3 convertdate=2.4.0-1 pymeeus=0.5.11+dfsg1-1 dateutil=2.8.2-2 \
    six=1.16.0-4; do
    apt-get download -q "python3-$package" >/dev/null
done
for file in *.deb; do dpkg-deb -x "$file" debian; done
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . date-holidays@3.37.0 >/dev/null

PYTHONPATH=debian/usr/lib/python3/dist-packages /usr/bin/python3 - >debian.json <<'PYTHON'
import holidays, json
print(json.dumps({country: {str(day): name for day, name in
                            holidays.CountryHoliday(country, years=[2027]).items()}
                  for country in ("MX", "US")}))
PYTHON
seen=$(node - <<'NODE'
const Holidays = require('date-holidays')
const debian = JSON.parse(require('fs').readFileSync('debian.json'))
for (const country of ['MX', 'US']) {
    const npm = new Set(new Holidays(country).getHolidays(2027)
        .filter(one => one.type === 'public').map(one => one.date.slice(0, 10)))
    const days = Object.keys(debian[country]).sort()
    console.log(`${country} only Debian's:`, ...days.filter(day => !npm.has(day)))
    console.log(`${country} only npm's:`, ...[...npm].filter(day => !days.includes(day)))
}
console.log(debian.MX['2027-04-30'].replace(/ \[.*\]/, ''))
NODE
)
echo "$seen"
[[ $seen == "MX only Debian's: 2027-04-30 2027-12-24 2027-12-31
MX only npm's:
US only Debian's:
US only npm's: 2027-06-18 2027-06-19
Natalicio de Benito Juárez (Observed)" ]]
