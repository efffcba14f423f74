// The last exchanges that did not go well, and why.
import { get } from './api.js';
import { badge, byId, cell, count, el, matches, millis, setText } from './dom.js';

const MOST = 300; // shown
const ASKED = 1000; // searched
let entries = [];
let drawn = '';

export function start() {
  byId('failures-search').addEventListener('input', show);
}

export async function load() {
  if (byId('failures-hold').checked) {
    return;
  }
  try {
    const told = await get(`recent?limit=${ASKED}`);
    const text = JSON.stringify(told[0] ?? null) + told.length;
    if (text !== drawn) {
      drawn = text;
      entries = told.map((entry) => ({ entry, text: Object.values(entry).join(' ').toLowerCase() }));
      show();
    }
  } catch (e) {
    if (e.status !== 404) {
      throw e;
    }
    byId('failures-table').hidden = true;
    const empty = byId('failures-empty');
    empty.hidden = false;
    setText(empty, 'Failures are not kept: log.recent in the configuration says how many are, as in "log: {recent: 1000}".');
  }
}

function show() {
  const search = byId('failures-search').value.trim();
  const found = entries.filter((one) => search === '' || matches(search, one.text));
  byId('failures-table').hidden = found.length === 0;
  byId('failures-table').tBodies[0].replaceChildren(...found.slice(0, MOST).map((one) => row(one.entry)));
  setText(byId('failures-count'), `${count(found.length)}${found.length > MOST ? `, ${MOST} are shown` : ''}`);
  const empty = byId('failures-empty');
  empty.hidden = found.length > 0;
  setText(empty, entries.length === 0 ? 'Nothing has gone wrong since the start.' : 'No failure is like this.');
}

const clock = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

function row(entry) {
  const at = new Date(entry.time);
  const status = Number(entry.status ?? 0);
  const state = status >= 500 || status === 0 ? 'bad' : status >= 400 ? 'warn' : 'good';
  const request = entry.method ? `${entry.method} ${entry.host ?? ''}${entry.path ?? ''}` : entry.protocol ?? entry.listener;
  return el('tr', {},
    cell('Time', { class: 'keep' }, el('time', { datetime: entry.time, title: entry.time }, clock.format(at))),
    cell('Status', { class: 'keep' }, badge(state, status === 0 ? 'none' : String(status))),
    cell('Request', { class: 'mono first' }, request, el('span', { class: 'sub' }, `from ${entry.client ?? 'nobody'}`)),
    cell('Service', { class: 'wide' }, entry.service ?? '–'),
    cell('Endpoint', { class: 'mono keep' }, entry.endpoint ?? '–'),
    cell('Reason', { class: 'wide' }, entry.reason ? entry.reason.replaceAll('_', ' ') : '–'),
    cell('Who ended it', { class: 'wide' }, entry.end ?? '–'),
    cell('Attempts', { class: 'num' }, entry.attempts ?? '–'),
    cell('Took', { class: 'num' }, entry.durationMillis === undefined ? '–' : millis(Number(entry.durationMillis))));
}
