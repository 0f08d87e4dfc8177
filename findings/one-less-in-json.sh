#!/bin/bash
# A column of phone numbers that was imported without a type is REAL in SQLite. Debian 12's sqlite3
# 3.40.1 writes the REAL 12015550101 in .mode json as 12015550100.999999999: the same double, and as
# a text another one's number, one less. Whoever takes the digits in front of the point texts the
# neighbour. The csv of the same value is 12015550101.0.
# Guessed: 12015550101.0 in both.
#
# Seen: json [{"phone":12015550100.999999999}], digits before the point 12015550100; csv 12015550101.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in sqlite3 libsqlite3-0; do
    apt-get download -q "$package=3.40.1-2+deb12u2" >/dev/null
done
for file in *.deb; do dpkg-deb -x "$file" debian; done

tell() {
    LD_LIBRARY_PATH=$(echo debian/usr/lib/*-linux-gnu) debian/usr/bin/sqlite3 -init /dev/null \
        "-$1" :memory: 'SELECT 12015550101.0 AS phone' 2>/dev/null
}
json=$(tell json)
csv=$(tell csv | tail -1)
whole=$(node -p "JSON.parse(process.argv[1])[0].phone" "$json")
digits=${json#*:}
printf 'json %s, as a double %s, digits before the point %s\ncsv %s\n' \
    "$json" "$whole" "${digits%%.*}" "$csv"
[[ $json == '[{"phone":12015550100.999999999}]' ]]
[[ $whole == 12015550101 && ${digits%%.*} == 12015550100 && $csv == 12015550101.0* ]]
