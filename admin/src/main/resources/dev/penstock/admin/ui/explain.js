// Asks what would become of a request, and shows the decision.
import { get, post } from './api.js';
import { badge, byId, cell, count, el } from './dom.js';

export function start() {
  byId('explain-form').addEventListener('submit', (event) => { event.preventDefault(); explain(); });
}

/** Which listeners there are to choose from. */
export async function load() {
  const { listeners } = await get('v1/listeners');
  const select = byId('explain-listener');
  const names = listeners.map((one) => one.name);
  if (names.join('\n') !== [...select.options].slice(1).map((option) => option.value).join('\n')) {
    const chosen = select.value;
    select.replaceChildren(el('option', { value: '' }, 'any'), ...names.map((name) => el('option', { value: name }, name)));
    select.value = names.includes(chosen) ? chosen : '';
  }
}

function question() {
  const asked = { request: byId('explain-request').value.trim() };
  const headers = {};
  for (const line of byId('explain-headers').value.split('\n').filter((text) => text.trim() !== '')) {
    const colon = line.indexOf(':');
    if (colon < 1) {
      throw new Error(`header: "${line}" (expected: name: value)`);
    }
    headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  if (Object.keys(headers).length > 0) {
    asked.headers = headers;
  }
  for (const [key, id] of [['client', 'explain-client'], ['listener', 'explain-listener']]) {
    const value = byId(id).value.trim();
    if (value) {
      asked[key] = value;
    }
  }
  if (byId('explain-all').checked) {
    asked.all = true;
  }
  return asked;
}

async function explain() {
  const place = byId('explain-result');
  place.setAttribute('aria-busy', 'true');
  try {
    const answer = await post('v1/explain', question());
    place.replaceChildren(...shown(answer));
  } catch (e) {
    place.replaceChildren(el('p', { class: 'notice bad' }, e.message));
  } finally {
    place.removeAttribute('aria-busy');
  }
}

function verdict(answer) {
  const end = answer.middleware.find((piece) => piece.status !== undefined);
  if (answer.picked !== undefined) {
    const picked = answer.endpoints.find((one) => one.picked);
    return ['good', 'goes to', `${picked?.address ?? answer.picked} of ${answer.service}`];
  }
  if (end) {
    return ['warn', `is answered ${end.status}`, `${end.piece}: ${end.would}`];
  }
  return ['bad', 'is refused', answer.refusal ? `${answer.refusal.reason.replaceAll('_', ' ')}: ${answer.refusal.detail}` : 'by the router'];
}

function shown(answer) {
  const [state, word, text] = verdict(answer);
  const steps = [['Route', answer.route ?? 'none matches']];
  for (const piece of answer.middleware) {
    steps.push(['Middleware', `${piece.piece}: ${piece.would}`]);
  }
  for (const passed of answer.passed) {
    steps.push(['Passed over', passed]);
  }
  if (answer.service) {
    steps.push(['Service', answer.service]);
  }
  if (answer.attempts && answer.attempts.length > 1) {
    steps.push(['Attempts', answer.attempts.join(', then ')]);
  }
  for (const remark of answer.remarks ?? []) {
    steps.push(['Remark', remark]);
  }
  return [
    el('p', { class: 'verdict', 'data-state': state, id: 'explain-verdict' }, badge(state, word), ' ', text),
    el('dl', { class: 'facts' }, ...steps.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))),
    ...(answer.endpoints?.length > 0 ? [endpoints(answer.endpoints)] : []),
    el('details', { open: true }, el('summary', {}, 'As text'), el('pre', { tabindex: 0, id: 'explain-text' }, answer.text.join('\n'))),
  ];
}

function endpoints(list) {
  return el('table', { class: 'cards endpoints' }, el('caption', { class: 'hidden' }, 'Endpoints that were considered'),
    el('thead', {}, el('tr', {}, ...['Endpoint', 'Verdict', 'Weight', 'In flight', 'Source'].map((title) => el('th', { scope: 'col' }, title)))),
    el('tbody', {}, ...list.slice(0, 200).map((one) => el('tr', {},
      cell('Endpoint', { class: 'mono' }, one.address),
      cell('Verdict', {}, one.picked ? badge('good', 'picked') : one.eligible ? badge('', 'could be') : badge('warn', one.why)),
      cell('Weight', {}, one.weight ?? '–'), cell('In flight', {}, one.inFlight === undefined ? '–' : count(one.inFlight)), cell('Source', {}, one.source)))));
}
