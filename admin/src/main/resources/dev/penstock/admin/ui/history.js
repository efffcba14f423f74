// The last changes of what is defined, what was different, and the way back.
import { get, post } from './api.js';
import { byId, confirmed, count, el, say, setText } from './dom.js';

const MOST = 50; // names of each kind that are shown at first
const KINDS = [['added', '+'], ['removed', '−'], ['changed', '~']];
const rows = new Map(); // by number
const clock = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export function start() {}

export async function load() {
  const { revisions } = await get('v1/history');
  const list = byId('history-list');
  const present = new Set(revisions.map((one) => one.number));
  for (const [number, row] of rows) {
    if (!present.has(number)) {
      row.remove();
      rows.delete(number);
    }
  }
  let place = null;
  for (const revision of revisions) {
    if (!rows.has(revision.number)) {
      rows.set(revision.number, entry(revision));
    }
    const row = rows.get(revision.number);
    row.querySelector('button.back')?.toggleAttribute('disabled', revision.number === revisions[0].number);
    const next = place ? place.nextElementSibling : list.firstElementChild;
    if (next !== row) {
      list.insertBefore(row, next);
    }
    place = row;
  }
  byId('history-empty').hidden = revisions.length > 0;
  setText(byId('history-empty'), 'Nothing has changed since the start.');
}

function entry(revision) {
  const title = `Change ${revision.number}`;
  return el('li', { 'data-revision': revision.number },
    el('div', { class: 'line' },
      el('h2', {}, title),
      el('span', { class: 'muted' }, revision.at ? el('time', { datetime: revision.at }, clock.format(new Date(revision.at))) : 'at some time', ` by ${revision.source}`),
      revision.rollback ? el('button', { type: 'button', class: 'quiet back', 'aria-label': `Go back to change ${revision.number}`, onclick: () => back(revision) }, 'Go back to this') : ''),
    difference(revision),
    revision.omitted > 0 ? el('p', { class: 'muted' }, `and ${count(revision.omitted)} more names that are not kept`) : '');
}

/** What was added, removed and changed, by name. */
function difference(change) {
  const kinds = KINDS.filter(([kind]) => change[kind].length > 0);
  if (kinds.length === 0) {
    return el('p', { class: 'muted' }, 'Nothing is different.');
  }
  return el('div', { class: 'difference' }, ...kinds.map(([kind, sign]) => {
    const list = el('ul', { class: kind, 'aria-label': kind });
    const fill = (most) => list.replaceChildren(...change[kind].slice(0, most).map((name) => el('li', {}, el('span', { 'aria-hidden': 'true' }, `${sign} `), name)),
      ...(change[kind].length > most ? [el('li', {}, el('button', { type: 'button', class: 'quiet', onclick: () => fill(Infinity) }, `${count(change[kind].length - most)} more`))] : []));
    fill(MOST);
    return el('div', {}, el('h3', {}, `${kind} (${count(change[kind].length)})`), list);
  }));
}

async function back(revision) {
  const path = `v1/history/${revision.number}/rollback`;
  try {
    const plan = await post(`${path}?dry-run=true`);
    const sure = await confirmed(`Go back to change ${revision.number}?`, 'Go back',
      el('p', {}, `What ${revision.source} defined then takes effect, until ${plan.until}. Different from now:`), difference(plan));
    if (sure) {
      await post(path);
      say(`What ${revision.source} defined by change ${revision.number} is in effect`);
      await load();
    }
  } catch (e) {
    say(`change ${revision.number}: ${e.message}`, 'bad');
  }
}
