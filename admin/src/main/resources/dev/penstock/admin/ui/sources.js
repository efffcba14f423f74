// Where clients come in, and who defines something.
import { get } from './api.js';
import { badge, byId, cell, count, el } from './dom.js';

const drawn = { listeners: '', sources: '' };

export function start() {}

/** Makes rows anew only where something is different. */
function show(id, tree, rows) {
  const text = JSON.stringify(tree);
  if (drawn[id] !== text) {
    drawn[id] = text;
    byId(`${id}-table`).tBodies[0].replaceChildren(...rows());
  }
}

export async function load() {
  const [{ listeners }, told] = await Promise.all([get('v1/listeners'), get('v1/sources')]);
  show('listeners', listeners, () => listeners.slice(0, 500).map(listener));
  show('sources', told, () => [
    ...told.given.map((name) => source(name, 'definitions', 'good', 'in effect', '')),
    ...told.catalogs.map((one) => source(one.source, 'definitions, followed', one.problem ? 'bad' : one.state === 'READY' ? 'good' : 'waiting', one.state.toLowerCase(),
      [one.problem, ...one.rejected, ...one.skipped].filter(Boolean).join('; '))),
    ...told.sources.map((one) => source(one.source, `endpoints of ${count(one.services)} services`, one.failing > 0 ? 'bad' : 'good',
      one.failing > 0 ? `${count(one.failing)} fail` : 'ready', [one.problem, ...one.skipped].filter(Boolean).join('; '))),
  ]);
}

function listener(one) {
  const refused = Object.entries(one.refused).map(([reason, value]) => `${reason.replaceAll('_', ' ')} ${count(value)}`);
  return el('tr', {},
    cell('Name', { class: 'first' }, one.name), cell('Address', { class: 'mono' }, one.address), cell('Protocol', {}, one.protocol),
    cell('State', {}, one.open ? badge('good', 'open') : badge('bad', 'not open'), one.problem ? el('span', { class: 'why' }, one.problem) : ''),
    cell('Connections', { class: 'num' }, count(one.connections)), cell('Refused', { class: 'num' }, refused.join(', ') || '0'),
    cell('Defined in', { class: 'muted' }, one.definedIn));
}

function source(name, gives, state, word, problem) {
  return el('tr', {}, cell('Source', { class: 'first mono' }, name), cell('What it gives', {}, gives), cell('State', {}, badge(state, word)), cell('Problem', {}, problem || '–'));
}
