#!/bin/bash
# superagent 10.4.2 has .retry(n), which repeats what failed for passing reasons. It repeats a POST,
# also one that was answered: where status 200 came, and the connection was cut within the body of
# the answer, the message is posted twice more, although the answer said that it was taken.
# Guessed: what was answered with 200 is not sent again, whatever becomes of the body.
#
# Seen: three POSTs, each answered with "200 OK" and half of its body; the caller sees ECONNRESET
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . superagent@10.4.2 >/dev/null

seen=$(timeout 60 node --input-type=module - <<'NODE'
import http from 'node:http'
import superagent from 'superagent'

let accepted = 0
const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
        accepted++
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 40 })
        response.write('{"sessionId":"', () => request.socket.end())
    })
})
await new Promise(ready => server.listen(0, '127.0.0.1', ready))
const told = await superagent.post(`http://127.0.0.1:${server.address().port}/message`)
    .send({ toNo: '+16502555012' }).retry(2).then(answer => answer.status, error => error.code)
console.log(`answered with 200: ${accepted}, told ${told}`)
process.exit()
NODE
)
echo "$seen"
[[ $seen == "answered with 200: 3, told ECONNRESET" ]]
