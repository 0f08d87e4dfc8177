// The live page: shows what /api/events says, and posts what a person wants to /api/control.
"use strict";

const outcomes = [
  ["accepted", "good"], ["rejected", "bad"], ["unknown", "doubt"], ["failed", "bad"],
  ["expired", "doubt"], ["invalid", ""], ["duplicate", ""], ["suppressed", ""],
];
const others = [
  ["in_flight", "in flight"], ["in_doubt_max", "in doubt ≤"], ["retries", "retries"],
  ["postponed", "postponed"],
];
const sent_outcomes = ["accepted", "rejected", "unknown", "failed", "expired"];
const retry_ms = 2000;
const history_ms = 4000;
const stale_ms = 6000;

const part = (id) => document.getElementById(id);
const count = new Intl.NumberFormat("en");
const four_digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const figure = (value) => four_digits.format(value);

let latest = null;
let over = false;
let heard_at = 0;
const charts = {};

function tell(id, text) {
  if (part(id).textContent !== text) part(id).textContent = text;
}

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function span_of(seconds) {
  if (seconds < 60) return `${figure(Math.max(seconds, 0))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const ms_of = (value) => (value >= 1000 ? `${figure(value / 1000)} s` : `${figure(value)} ms`);
const clock_of = (text) => new Date(text).toLocaleString(undefined,
  { weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

function headers(more) {
  const token = sessionStorage.getItem("tidings-token");
  return { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...more };
}

function show_phase(text, kind) {
  tell("phase", text);
  part("phase").className = `badge ${kind}`;
}

function show_trouble(now) {
  const lines = now.trouble.map((one) => {
    const next = one.given_up ? "given up" : one.trying ? "a few messages are tried"
      : one.ask_at ? `it is asked again at ${clock_of(one.ask_at)}` : "it is being asked";
    return `${one.name} is in trouble since ${clock_of(one.since)} (${one.words}): ${next}; ` +
      `asked ${one.questions} times so far`;
  });
  part("trouble").hidden = lines.length === 0;
  const said = lines.join("\n");
  if (part("trouble").dataset.said === said) return;
  part("trouble").dataset.said = said;
  part("trouble").replaceChildren(...lines.map((line) => element("p", line)));
}

function show_progress(now) {
  const ended = outcomes.reduce((sum, [name]) => sum + now[name], 0);
  part("bar").max = now.rows || 1;
  if (now.rows === null) part("bar").removeAttribute("value");
  else part("bar").value = ended;
  const share = now.rows ? ended / now.rows : 0;
  const shown = share >= 1 ? "100 %" : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
  tell("share", now.rows === null ? "" : shown);
  tell("rows", now.rows === null ? `${count.format(ended)} rows so far`
    : `${count.format(ended)} of ${count.format(now.rows)} rows`);
  const until = now.waiting_until ? ` until ${clock_of(now.waiting_until)}` : "";
  tell("doing", now.waiting_for ? `${now.phase}: ${now.waiting_for}${until}`
    : now.phase === "running" ? "sending as the limits allow" : now.phase);
  const left = now.finish_expected ? (new Date(now.finish_expected) - new Date(now.ts)) / 1000 : 0;
  tell("finish", now.finish_expected
    ? `finishes ${clock_of(now.finish_expected)}, in ${span_of(left)}`
    : `runs for ${span_of(now.elapsed_s)}`);
}

function show_tiles(now) {
  const tiles = part("outcomes");
  if (tiles.childElementCount === 0) {
    for (const [name, words] of [...outcomes.map(([one]) => [one, one]), ...others]) {
      const tile = element("div");
      const value = element("dd");
      value.id = `n-${name}`;
      tile.append(element("dt", words), value);
      tiles.append(tile);
    }
  }
  for (const [name, kind] of outcomes) {
    tell(`n-${name}`, count.format(now[name]));
    part(`n-${name}`).className = now[name] > 0 ? kind : "";
  }
  for (const [name] of others) tell(`n-${name}`, count.format(now[name]));
}

function limit_row(limit) {
  const row = element("tr");
  const [most] = (limit.given || limit.limit).split("/");
  const gauge = element("meter");
  gauge.max = Number(most);
  gauge.value = limit.used;
  gauge.setAttribute("aria-label", `used of ${limit.limit}, ${limit.scope}`);
  const used = element("td");
  used.append(gauge, ` ${count.format(limit.used)}`);
  row.append(element("td", limit.scope),
    element("td", limit.given ? `${limit.limit}, now ${limit.given}` : limit.limit), used,
    element("td", count.format(limit.worst_window)), element("td", span_of(limit.waited_s)));
  return row;
}

const rows_shown_max = 60;

function show_limits(now) {
  part("limits-part").hidden = now.limits.length === 0;
  part("limits").replaceChildren(...now.limits.slice(0, rows_shown_max).map(limit_row));
}

function show_notes(now) {
  part("notes-part").hidden = now.notes.length === 0;
  part("notes").replaceChildren(...now.notes.map((note) => element("li", note)).reverse());
}

function show(now) {
  latest = now;
  heard_at = Date.now();
  document.title = `${now.run}: ${now.phase}`;
  tell("run", now.run);
  show_phase(now.phase, now.phase);
  tell("link", `${now.protocol || "no connection yet"}, ${now.connections} connections`);
  show_trouble(now);
  show_progress(now);
  show_tiles(now);
  tell("speed", `${figure(now.rate_now_per_s)}/s now, ${figure(now.rate_per_s)}/s on average`);
  const of = now.latency_ms;
  tell("latency", `p50 ${ms_of(of.p50)}, p90 ${ms_of(of.p90)}, p99 ${ms_of(of.p99)}, ` +
    `max ${ms_of(of.max)}`);
  show_limits(now);
  show_notes(now);
}

// The smallest rate that a limit of all the run allows for ever; null: there is none.
function rate_allowed() {
  const seconds = { ms: 0.001, s: 1, m: 60, h: 3600 };
  let least = null;
  const limits = latest ? latest.limits : [];
  const of_all = limits.some((one) => !one.scope.startsWith("sender"));
  for (const limit of limits) {
    if (limit.scope.startsWith("sender") && of_all) continue;
    const [most, window] = (limit.given || limit.limit).split("/");
    let span = 0;
    for (const [, value, unit] of window.matchAll(/([0-9.]+)(ms|s|m|h)/g))
      span += value * seconds[unit];
    if (span > 0 && (least === null || most / span < least)) least = most / span;
  }
  return least;
}

// The library's own legend is markup with styles inside, which the page's policy does not let in.
Dygraph.PLUGINS = Dygraph.PLUGINS.filter((one) => one !== Dygraph.Plugins.Legend);

function drawn(name, rows, lines, options) {
  if (rows.length === 0) return;
  if (charts[name]) {
    charts[name].updateOptions({ file: rows });
    return;
  }
  part(`${name}-key`).replaceChildren(...lines.map(([words, colour]) => {
    const entry = element("li", words);
    entry.style.setProperty("--line", colour);
    return entry;
  }));
  charts[name] = new Dygraph(part(`${name}-chart`), rows, {
    labels: ["time", ...lines.map(([words]) => words)], colors: lines.map(([, colour]) => colour),
    strokeWidth: 2, gridLineColor: "rgba(128,128,128,0.25)",
    axisLineColor: "rgba(128,128,128,0.6)", ...options,
  });
}

function show_history(history) {
  const allowed = rate_allowed();
  const points = history.accepted.length;
  const at = (i) => new Date(history.start_ms + (i + 0.5) * history.width_ms);
  const speed = [];
  const latency = [];
  for (let i = 0; i < points; ++i) {
    const refused = sent_outcomes.slice(1).reduce((sum, name) => sum + history[name][i], 0);
    speed.push([at(i), history.accepted[i], refused, allowed]);
    latency.push([at(i), history.p50_ms[i], history.p90_ms[i], history.p99_ms[i]]);
  }
  drawn("speed", speed,
    [["accepted/s", "#2f9e5f"], ["other/s", "#d9483b"], ["limit/s", "#7f8c9b"]],
    { includeZero: true, series: { "limit/s": { strokePattern: [6, 4] } } });
  if (latency.some((row) => row[1] !== null))
    drawn("latency", latency,
      [["p50 ms", "#4c8dd6"], ["p90 ms", "#9a6fd0"], ["p99 ms", "#d98324"]], { logscale: true });
  if (latest) {
    part("speed-chart").setAttribute("aria-label", `Rows a second over time; now ${
      figure(latest.rate_now_per_s)} a second`);
    part("latency-chart").setAttribute("aria-label",
      `Latency over time; ${part("latency").textContent}`);
  }
  part("steering").hidden = !history.steering || over;
}

async function take_history() {
  try {
    const answer = await fetch("api/history", { headers: headers() });
    if (answer.ok) show_history(await answer.json());
  } catch {
    // The events say that nobody answers any more.
  }
  if (!over) setTimeout(take_history, history_ms);
}

function on_event(text) {
  const lines = text.split("\n");
  const name = (lines.find((line) => line.startsWith("event: ")) || "").slice(7);
  const data = (lines.find((line) => line.startsWith("data: ")) || "").slice(6);
  if (name === "status") show(JSON.parse(data));
  if (name === "end") over = true;
}

async function read_events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const whole = (waiting + value).split("\n\n");
    waiting = whole.pop();
    whole.forEach(on_event);
  }
}

function show_end() {
  part("steering").hidden = true;
  const left = latest && latest.rows !== null &&
    outcomes.reduce((sum, [name]) => sum + latest[name], 0) < latest.rows;
  show_phase(left ? "its process has ended, rows are left" : "finished", "");
  tell("link", left ? "go on with: tidings resume" : "");
  tell("doing", "");
}

async function follow() {
  try {
    const answer = await fetch("api/events", { headers: headers() });
    part("ask").hidden = answer.status !== 401;
    if (answer.status === 401) {
      show_phase("token wanted", "lost");
      sessionStorage.removeItem("tidings-token");
      part("token").focus();
      return;
    }
    if (answer.ok) await read_events(answer);
  } catch {
    // Below: it is tried again.
  }
  if (over) {
    await take_history();
    show_end();
    return;
  }
  show_phase("no word from it", "lost");
  setTimeout(follow, retry_ms);
}

async function steer(line) {
  try {
    const answer = await fetch("api/control",
      { method: "POST", headers: headers({ "Tidings-Control": "1" }), body: line });
    const said = await answer.json();
    tell("steered", answer.ok ? `${line}: heard` : said.error);
  } catch {
    tell("steered", "nobody answers");
  }
}

part("ask-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("tidings-token", part("token").value.trim());
  part("token").value = "";
  follow();
  take_history();
});
part("rate-form").addEventListener("submit", (event) => {
  event.preventDefault();
  steer(`rate ${part("rate").value.trim()}`);
});
for (const button of document.querySelectorAll("button[data-line]")) {
  button.addEventListener("click", () => {
    const line = button.dataset.line;
    if (line !== "stop" || confirm("Stop the run? Nothing more is sent; tidings resume goes on."))
      steer(line);
  });
}
setInterval(() => {
  const silent = heard_at > 0 && Date.now() - heard_at > stale_ms;
  if (!over && silent) show_phase("no word from it", "lost");
}, 1000);
follow();
take_history();
