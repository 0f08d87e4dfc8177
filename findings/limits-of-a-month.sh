#!/bin/bash
# "One message in 30 days" is 2,592,000,000 ms, more than Node's timers can count (2^31-1 ms, 24.8
# days): a longer one ends after 1 ms. npm's p-throttle 8.1.1 (strict or not), async-sema 3.1.1,
# bottleneck 2.19.5 (minTime) and rate-limiter-flexible 11.4.0 hand their window to such a timer, so
# that the strictest limit is none. Only p-queue 10.0.0 refuses it by name; limiter 4.1.0 and
# bottleneck's reservoir count without a long timer.
# Guessed: rate-limiter-flexible and bottleneck, which are made for such windows, keep them.
#
# Seen: of 5 messages within half a second at a limit of 1 in 30 days p-throttle, async-sema,
#       bottleneck minTime and rate-limiter-flexible let 5 go, limiter and the reservoir 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . p-throttle@8.1.1 \
    p-queue@10.0.0 async-sema@3.1.1 bottleneck@2.19.5 limiter@4.1.0 \
    rate-limiter-flexible@11.4.0 >/dev/null

seen=$(node --no-warnings --input-type=module - <<'NODE'
import Bottleneck from 'bottleneck'
import pThrottle from 'p-throttle'
import PQueue from 'p-queue'
import flexible from 'rate-limiter-flexible'
import { RateLimit } from 'async-sema'
import { RateLimiter } from 'limiter'

const month = 30 * 86400e3
const waits = take => async send => { await take(); send() }
const limited = {
    'p-throttle': () => pThrottle({ limit: 1, interval: month })(send => send()),
    'p-throttle strict': () => pThrottle({ limit: 1, interval: month, strict: true })(send => send()),
    'async-sema': () => waits(RateLimit(1, { timeUnit: month })),
    'bottleneck minTime': () => {
        const queue = new Bottleneck({ minTime: month })
        return send => queue.schedule(async () => send())
    },
    'bottleneck reservoir': () => {
        const queue = new Bottleneck({ reservoir: 1, reservoirRefreshAmount: 1,
                                       reservoirRefreshInterval: month })
        return send => queue.schedule(async () => send())
    },
    'rate-limiter-flexible': () => {
        const store = new flexible.RateLimiterMemory({ points: 1, duration: month / 1000 })
        return waits(() => store.consume('+16502555012'))
    },
    limiter: () => {
        const bucket = new RateLimiter({ tokensPerInterval: 1, interval: month })
        return waits(() => bucket.removeTokens(1))
    },
    'p-queue': () => {
        const queue = new PQueue({ intervalCap: 1, interval: month })
        return send => queue.add(async () => send())
    },
}
for (const [name, make] of Object.entries(limited)) {
    let sent = 0
    try {
        const submit = make()
        for (let i = 0; i < 5; i++) {
            submit(() => sent++).catch(() => {})
            await new Promise(done => setTimeout(done, 100))
        }
        console.log(`${name}: ${sent} of 5`)
    } catch (refusal) {
        console.log(`${name}: ${refusal.message}`)
    }
}
process.exit()
NODE
)
echo "$seen"
[[ $seen == "p-throttle: 5 of 5
p-throttle strict: 5 of 5
async-sema: 5 of 5
bottleneck minTime: 5 of 5
bottleneck reservoir: 1 of 5
rate-limiter-flexible: 5 of 5
limiter: 1 of 5
p-queue: Expected \`interval\` to be at most 2147483647 with an \`intervalCap\`, got \`2592000000\`" ]]
