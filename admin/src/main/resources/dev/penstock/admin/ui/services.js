// The services with their endpoints, as they are told. Rows are kept and changed, not made anew.
import { post } from './api.js';
import { badge, byId, cell, confirmed, count, el, matches, millis, rate, say, setAttribute, setBadge, setText, sparkline } from './dom.js';
import { Load, RANK, countsOf, errorsOf, health, isDrained, together } from './load.js';

const STEP = 200; // rows that are shown at first, and more at each wish
const MOST_ENDPOINTS = 200; // shown of one service
const LINE = 60;
const LIMIT = 8192; // that of services that set none: told once it matters
const SILENCE = 6; // seconds; a state is told at least every 5

const services = new Map(); // by name: {service, load, text, health, row}
const all = new Load();
const tiles = {};
let names = [];
let shown = STEP;
let order = [];
let whole = false; // whether all services have been told
let toldAt = 0; // in seconds, as tick has them

export function start() {
  for (const [id, title] of [['services', 'Services'], ['endpoints', 'Endpoints'], ['inFlight', 'In flight'], ['rate', 'Requests / s'], ['errors', 'Errors / s'], ['latency', 'Latency p95'], ['connections', 'Connections']]) {
    const value = el('dd', { id: `tile-${id}` }, '–');
    const note = el('dd', { class: 'muted', id: `tile-${id}-note` });
    const line = id === 'rate' ? sparkline(120, 28) : null;
    byId('tiles').append(el('div', {}, el('dt', {}, title), value, note, line));
    tiles[id] = { value, note, line };
  }
  for (const id of ['services-search', 'services-problems', 'services-sort']) {
    byId(id).addEventListener('input', () => { shown = STEP; arrange(true); });
  }
  byId('services-more').addEventListener('click', () => { shown += STEP; arrange(true); });
  byId('services-table').addEventListener('keydown', keys);
}

/** From service to service by arrows. */
function keys(event) {
  const toggle = event.target.closest('.toggle');
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (toggle && step) {
    const toggles = [...byId('services-table').querySelectorAll('.toggle')];
    toggles[toggles.indexOf(toggle) + step]?.focus();
    event.preventDefault();
  }
}

/** What is told: all that has changed since the last time. */
export function told(state) {
  for (const service of state.services) {
    const known = services.get(service.name) ?? { load: new Load(), row: null };
    known.service = service;
    known.text = null; // made when it is searched
    services.set(service.name, known);
  }
  if (state.names) {
    names = state.names;
    const present = new Set(names);
    for (const [name, known] of services) {
      if (!present.has(name)) {
        known.row?.body.remove();
        services.delete(name);
      }
    }
  }
  whole ||= !state.more || names.every((name) => services.has(name));
  toldAt = performance.now() / 1000;
  if (state.program) {
    setText(tiles.connections.value, count(state.program.connections));
    setText(tiles.connections.note, `by ${count(state.program.listeners)} listener${state.program.listeners === 1 ? '' : 's'}`);
  }
}

/** What a search goes over, in lower case. */
function textOf(service) {
  const listeners = service.listeners.map((one) => `${one.name} :${one.port} ${one.protocol}`);
  const endpoints = service.endpoints.map((one) => `${one.id} ${one.address} ${one.zone} ${one.source}`);
  return [service.name, service.balancer, service.definedIn, ...service.discover, ...listeners, ...endpoints].join(' ').toLowerCase();
}

/** Once a second: what was told is counted and shown. */
export function tick(now, visible) {
  if (!whole || now - toldAt > SILENCE) {
    return; // else those that come would count as requests, and silence as none
  }
  const present = [...services.values()];
  for (const known of present) {
    known.load.add(now, countsOf(known.service));
    known.health = health(known.service, known.load);
  }
  const counts = together(present.map((known) => known.service));
  all.add(now, counts);
  if (visible) {
    showTiles(present, counts.requests);
    arrange(false);
  }
}

function showTiles(present, requests) {
  const endpoints = present.flatMap((known) => known.service.endpoints);
  const usable = endpoints.filter((one) => one.eligible).length;
  const wrong = present.filter((known) => known.health.state === 'bad').length;
  const odd = present.filter((known) => known.health.state === 'warn').length;
  tile('services', count(present.length), wrong + odd === 0 ? 'all well' : `${count(wrong)} down or failing, ${count(odd)} other problems`, wrong ? 'bad' : odd ? 'warn' : 'good');
  tile('endpoints', `${count(usable)} / ${count(endpoints.length)}`, usable < endpoints.length ? `${count(endpoints.length - usable)} may not be used` : 'may be used', usable < endpoints.length ? 'warn' : 'good');
  tile('inFlight', count(endpoints.reduce((sum, one) => sum + one.inFlight, 0)), 'requests and connections');
  tile('rate', rate(all.rate), `${count(requests)} in all, peak ${rate(all.peak)}`);
  tile('errors', rate(all.errorRate), all.errorRate > 0 ? `${(all.errorShare * 100).toFixed(1)} % of requests` : 'none lately', all.errorRate > 0 ? 'bad' : 'good');
  tile('latency', all.latency ? bound(all.latency.p95) : '–', all.latency ? `mean ${millis(all.latency.mean)}` : 'no answer lately');
  tiles.rate.line.draw(all.line, LINE);
}

function tile(id, value, note, state = '') {
  setText(tiles[id].value, value);
  setText(tiles[id].note, note);
  setAttribute(tiles[id].value.parentElement, 'data-state', state);
}

const bound = (value) => (value === Infinity ? '> 10 s' : `≤ ${value >= 1000 ? `${value / 1000} s` : `${value} ms`}`);

const SORTS = {
  problems: (a, b) => RANK[a.health.state] - RANK[b.health.state] || b.load.errorRate - a.load.errorRate,
  name: () => 0,
  errors: (a, b) => errorsOf(b.service) - errorsOf(a.service),
  rate: (a, b) => b.load.rate - a.load.rate,
  inFlight: (a, b) => inFlight(b.service) - inFlight(a.service),
  latency: (a, b) => (b.load.latency?.mean ?? -1) - (a.load.latency?.mean ?? -1),
};

const inFlight = (service) => service.endpoints.reduce((sum, one) => sum + one.inFlight, 0);

/** Chooses and sorts. While somebody is in the table rows stay where they are, unless `wanted`. */
function arrange(wanted) {
  const table = byId('services-table');
  const busy = table.contains(document.activeElement) || table.querySelector('tbody:hover') !== null;
  const chosen = new Set(order);
  if (wanted || !busy || order.some((known) => !services.has(known.service.name))) {
    const search = byId('services-search').value.trim();
    const problems = byId('services-problems').checked;
    order = names.map((name) => services.get(name))
      .filter((known) => known?.health && (search === '' || matches(search, known.text ??= textOf(known.service))))
      .filter((known) => !problems || RANK[known.health.state] < RANK.idle)
      .sort(compare(SORTS[byId('services-sort').value]));
  }
  const present = order.slice(0, shown);
  const kept = new Set(present);
  for (const known of chosen) {
    if (!kept.has(known)) {
      known.row?.body.remove();
    }
  }
  let place = table.tHead;
  for (const known of present) {
    known.row ??= makeRow(known.service.name);
    if (place.nextElementSibling !== known.row.body) {
      place.after(known.row.body);
    }
    place = known.row.body;
    showRow(known);
  }
  const some = order.length < services.size;
  setText(byId('services-count'), `${count(order.length)}${some ? ` of ${count(services.size)}` : ''} services`);
  more(byId('services-more'), order.length - present.length);
  const empty = byId('services-empty');
  empty.hidden = order.length > 0;
  setText(empty, services.size === 0 ? 'No service is defined.' : 'No service is like this.');
}

const compare = (first) => (a, b) => first(a, b) || (a.service.name < b.service.name ? -1 : 1);

function more(button, left) {
  button.hidden = left <= 0;
  setText(button, `Show ${count(Math.min(left, STEP))} more of ${count(left)}`);
}

function makeRow(name) {
  const id = `detail-${crypto.randomUUID?.() ?? Math.random()}`;
  const row = {
    name,
    state: badge('waiting', ''),
    entrances: el('span', { class: 'sub' }),
    why: el('span', { class: 'why' }),
    usable: el('span', {}),
    bar: el('meter', { min: 0, 'aria-hidden': 'true' }),
    inFlight: el('span', {}), requests: el('span', {}), rate: el('span', {}), latency: el('span', {}), mean: el('span', { class: 'sub' }),
    errors: el('span', {}), errorRate: el('span', { class: 'sub' }),
    line: sparkline(80, 22),
    endpoints: new Map(),
    open: false,
  };
  row.toggle = el('button', { type: 'button', class: 'toggle', 'aria-expanded': 'false', 'aria-controls': id, onclick: () => toggle(row) }, name);
  row.drain = el('button', { type: 'button', class: 'quiet', onclick: () => drainService(row) }, 'Drain');
  row.detail = el('tr', { id, class: 'detail', hidden: true });
  row.body = el('tbody', { 'data-service': name },
    el('tr', { class: 'service' },
      cell('Service', { class: 'first' }, el('div', { class: 'name' }, row.toggle, row.state), row.entrances, row.why),
      cell('Endpoints', {}, row.usable, row.bar),
      cell('In flight', { class: 'num' }, row.inFlight),
      cell('Requests', { class: 'num' }, row.requests),
      cell('Per second', { class: 'num' }, row.rate, row.line),
      cell('Latency', { class: 'num' }, row.latency, row.mean),
      cell('Errors', { class: 'num' }, row.errors, row.errorRate),
      cell('', { class: 'actions' }, row.drain)),
    row.detail);
  return row;
}

function toggle(row) {
  row.open = !row.open;
  setAttribute(row.toggle, 'aria-expanded', String(row.open));
  row.detail.hidden = !row.open;
  const known = services.get(row.name);
  if (known) {
    showRow(known);
  }
}

function showRow(known) {
  const { service, load, row } = known;
  const { state, word, why } = known.health;
  setAttribute(row.body, 'data-state', state);
  setBadge(row.state, state, word);
  setText(row.why, why);
  setText(row.entrances, entrances(service));
  const usable = service.endpoints.filter((one) => one.eligible).length;
  setText(row.usable, `${count(usable)} / ${count(service.endpoints.length)}`);
  setAttribute(row.bar, 'max', String(Math.max(1, service.endpoints.length)));
  setAttribute(row.bar, 'value', String(usable));
  setText(row.inFlight, count(inFlight(service)));
  setText(row.requests, count(service.requests));
  setText(row.rate, rate(load.rate));
  row.line.draw(load.line, LINE);
  setText(row.latency, load.latency ? millis(load.latency.mean) : '–');
  setText(row.mean, load.latency ? `p95 ${bound(load.latency.p95)}` : '');
  setText(row.errors, count(errorsOf(service)));
  setAttribute(row.errors, 'data-state', load.errorRate > 0 ? 'bad' : '');
  setText(row.errorRate, load.errorRate > 0 ? `${rate(load.errorRate)} / s` : '');
  drainButton(row.drain, isDrained(service), `service ${service.name}`);
  if (row.open) {
    showDetail(row, service);
  }
}

function entrances(service) {
  const places = service.listeners.map((one) => `${one.name} :${one.port} ${one.protocol}${one.tls ? ' + TLS' : ''}`);
  const few = places.slice(0, 3).join(', ') + (places.length > 3 ? ` and ${places.length - 3} more` : '');
  return `${few || 'no route leads here'} · ${service.definedIn.replace(/^file .*\//, '')}`; // the whole of it stands in the details
}

/** What was just asked for counts until a state has come that knows of it. */
function drainButton(button, drained, what) {
  if (performance.now() < Number(button.dataset.until ?? 0)) {
    return;
  }
  button.dataset.drained = drained;
  setText(button, drained ? 'Undrain' : 'Drain');
  setAttribute(button, 'aria-label', `${drained ? 'Undrain' : 'Drain'} ${what}`);
}

// ---- the endpoints of one

function showDetail(row, service) {
  if (!row.facts) {
    row.facts = el('dl', { class: 'facts' });
    row.list = el('tbody', {});
    row.left = el('p', { class: 'muted' });
    row.detail.append(el('td', { colspan: 8 }, row.facts, el('table', { class: 'cards endpoints' },
      el('caption', { class: 'hidden' }, `Endpoints of ${service.name}`),
      el('thead', {}, el('tr', {}, ...['Address', 'State', 'Source', 'Weight'].map((title) => el('th', { scope: 'col' }, title)),
        ...['In flight', 'Total', 'Errors', 'Cost'].map((title) => el('th', { scope: 'col', class: 'num' }, title)),
        el('th', { scope: 'col' }, el('span', { class: 'hidden' }, 'Actions')))),
      row.list), row.left));
  }
  showFacts(row, service);
  const present = new Set();
  let place = null;
  for (const endpoint of service.endpoints.slice(0, MOST_ENDPOINTS)) {
    present.add(endpoint.id);
    let line = row.endpoints.get(endpoint.id);
    if (!line) {
      line = makeEndpoint(row, endpoint.id);
      row.endpoints.set(endpoint.id, line);
    }
    const next = place ? place.nextElementSibling : row.list.firstElementChild;
    if (next !== line.body) {
      row.list.insertBefore(line.body, next);
    }
    place = line.body;
    showEndpoint(line, endpoint, service.name);
  }
  for (const [id, line] of row.endpoints) {
    if (!present.has(id)) {
      line.body.remove();
      row.endpoints.delete(id);
    }
  }
  const left = service.endpoints.length - MOST_ENDPOINTS;
  setText(row.left, left > 0 ? `and ${count(left)} more: /v1/services/${encodeURIComponent(service.name)} tells them all` : service.endpoints.length === 0 ? 'No endpoint is known.' : '');
}

function showFacts(row, service) {
  const answers = ['1xx', '2xx', '3xx', '4xx', '5xx', 'none'].filter((key) => service.answers[key] > 0).map((key) => `${key} ${count(service.answers[key])}`);
  const failures = Object.entries(service.failures).filter(([, value]) => value > 0).map(([key, value]) => `${key.replaceAll('_', ' ')} ${count(value)}`);
  const limits = service.limits;
  const facts = {
    Balancer: service.balancer,
    'Defined in': service.definedIn,
    Source: [service.source.state.toLowerCase(), ...service.discover].join(' '),
    Problem: service.source.problem,
    Answers: answers.join(', ') || 'none yet',
    'Failed attempts': failures.join(', '),
    Limit: limits.limit !== LIMIT || limits.waiting > 0 || limits.refused > 0 || limits.inFlight * 2 > limits.limit ? `${count(limits.inFlight)} of ${count(limits.limit)}, ${count(limits.waiting)} wait, ${count(limits.refused)} refused` : '',
    Circuit: limits.circuit?.toLowerCase().replaceAll('_', ' '),
    Fallback: service.fallback ? `${service.fallback.service}, used ${count(service.fallback.used)} times` : '',
  };
  const key = JSON.stringify(facts);
  if (row.factsKey !== key) {
    row.factsKey = key;
    row.facts.replaceChildren(...Object.entries(facts).filter(([, value]) => value).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
  }
}

function makeEndpoint(row, id) {
  const line = { state: badge('waiting', ''), why: el('span', { class: 'why' }), address: el('span', { class: 'mono' }), zone: el('span', { class: 'sub' }) };
  for (const name of ['source', 'weight', 'inFlight', 'started', 'failed', 'cost']) {
    line[name] = el('span', {});
  }
  line.drain = el('button', { type: 'button', class: 'quiet', onclick: () => drainEndpoint(row.name, id, line) }, 'Drain');
  line.body = el('tr', { 'data-endpoint': id },
    cell('Address', {}, line.address, line.zone), cell('State', {}, line.state, line.why), cell('Source', {}, line.source), cell('Weight', {}, line.weight),
    cell('In flight', { class: 'num' }, line.inFlight), cell('Total', { class: 'num' }, line.started), cell('Errors', { class: 'num' }, line.failed),
    cell('Cost', { class: 'num' }, line.cost), cell('', { class: 'actions' }, line.drain));
  return line;
}

function showEndpoint(line, endpoint, service) {
  const [state, word] = endpointState(endpoint);
  setText(line.address, endpoint.address);
  setText(line.zone, [endpoint.id === endpoint.address ? '' : endpoint.id, endpoint.zone].filter(Boolean).join(' · '));
  setBadge(line.state, state, word);
  setText(line.why, endpoint.ejected ?? (endpoint.eligible ? '' : endpoint.lastCheck || (endpoint.excluded === word ? '' : endpoint.excluded)));
  setText(line.source, endpoint.source);
  setText(line.weight, endpoint.countedWeight === endpoint.weight ? endpoint.weight : `${endpoint.countedWeight} of ${endpoint.weight}`);
  setText(line.inFlight, count(endpoint.inFlight));
  setText(line.started, count(endpoint.started));
  setText(line.failed, count(endpoint.failed));
  setText(line.cost, endpoint.eligible && endpoint.costMillis > 0 ? millis(endpoint.costMillis) : '–');
  drainButton(line.drain, endpoint.drained, `endpoint ${endpoint.address} of ${service}`);
}

function endpointState(endpoint) {
  if (endpoint.drained || endpoint.excluded === 'the service is drained') {
    return ['idle', 'drained'];
  }
  if (endpoint.ejected) {
    return ['bad', 'ejected'];
  }
  if (endpoint.health === 'DOWN') {
    return ['bad', endpoint.eligible ? 'down, used' : 'down'];
  }
  if (!endpoint.eligible) {
    return [endpoint.phase === 'DRAINING' ? 'idle' : 'warn', endpoint.phase === 'ACTIVE' ? 'not used' : endpoint.phase.toLowerCase()];
  }
  return ['good', endpoint.health === 'UP' ? 'up' : 'in use'];
}

// ---- drains

async function drainService(row) {
  const drained = row.drain.dataset.drained === 'true';
  const sure = drained || await confirmed(`Drain ${row.name}?`, 'Drain',
    el('p', {}, 'None of its endpoints gets new requests: they are refused with 503 until it is undrained. Requests in flight go on.'));
  if (sure) {
    await drain(row.drain, `v1/services/${encodeURIComponent(row.name)}`, drained, row.name, `service ${row.name}`);
  }
}

async function drainEndpoint(service, id, line) {
  const path = `v1/services/${encodeURIComponent(service)}/endpoints/${encodeURIComponent(id)}`;
  const address = line.address.textContent;
  const others = services.get(service).service.endpoints.filter((one) => one.eligible && one.id !== id);
  const sure = line.drain.dataset.drained === 'true' || others.length > 0 || await confirmed(`Drain ${address}?`, 'Drain',
    el('p', {}, `No other endpoint of ${service} may be used: requests will be refused with 503 until it is undrained.`));
  if (!sure) {
    return;
  }
  await drain(line.drain, path, line.drain.dataset.drained === 'true', address, `endpoint ${address} of ${service}`);
}

async function drain(button, path, drained, what, label) {
  button.setAttribute('aria-busy', 'true');
  delete button.dataset.until;
  try {
    const answer = await post(`${path}/${drained ? 'undrain' : 'drain'}`);
    drainButton(button, answer.drained, label);
    button.dataset.until = performance.now() + 2000;
    say(answer.drained ? `${what} is drained, ${count(answer.inFlight)} in flight` : `${what} takes requests again`);
  } catch (e) {
    say(`${what}: ${e.message}`, 'bad');
  } finally {
    button.removeAttribute('aria-busy');
  }
}
