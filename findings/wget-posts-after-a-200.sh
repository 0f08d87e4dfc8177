#!/bin/bash
# Scripts send with what is there: wget --post-data. Debian 12's wget 1.21.3 tries twenty times by
# default, a POST as well as a page, and not only where no answer came: an answer with status 200
# whose body ends early is "retrying" too, so one message that was accepted is posted as often as
# there are tries (four here, to be short). A 503 it does not repeat.
# Guessed: a POST is repeated, if at all, only where there was no answer.
#
# Seen with --tries=4: body of the 200 cut: 4 POSTs; closed without an answer: 4; status 503: 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q wget=1.21.3-1+deb12u1 >/dev/null
dpkg-deb -x wget_*.deb debian

seen=$(timeout 60 node - <<'NODE'
const { spawn } = require('child_process')
const http = require('http')

let posts = 0
const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
        posts++
        if (request.url === '/silent') return request.socket.destroy()
        if (request.url === '/503') return response.writeHead(503).end()
        response.writeHead(200, { 'content-length': 40 })
        response.write('{"sessionId":"', () => request.socket.end())
    })
})
server.listen(0, '127.0.0.1', async () => {
    for (const path of ['/cut', '/silent', '/503']) {
        posts = 0
        const url = `http://127.0.0.1:${server.address().port}${path}`
        const wget = spawn('debian/usr/bin/wget', ['--no-config', '--no-proxy', '-q', '-O', '/dev/null',
            '--tries=4', '--waitretry=0', '--post-data={"toNo":"+16502555012"}', url])
        await new Promise(done => wget.on('close', done))
        console.log(`${path}: ${posts} POSTs`)
    }
    process.exit()
})
NODE
)
echo "$seen"
[[ $seen == "/cut: 4 POSTs
/silent: 4 POSTs
/503: 1 POSTs" ]]
