// The routes, in the order in which they are asked, and a search over them.
import { get } from './api.js';
import { byId, cell, count, el, matches, setText } from './dom.js';

const STEP = 200;
let routes = [];
let shown = STEP;

export function start() {
  byId('routes-search').addEventListener('input', () => { shown = STEP; show(); });
  byId('routes-more').addEventListener('click', () => { shown += STEP; show(); });
}

let drawn = '';

export async function load() {
  const tree = await get('v1/routes');
  const text = JSON.stringify(tree);
  if (text !== drawn) { // else rows would lose the selection
    drawn = text;
    routes = tree.routes.map((route) => ({ route, text: textOf(route) }));
    show();
  }
}

const pathOf = (route) => route.path.exact ?? route.path.pattern ?? (route.path.prefix === '/' ? '/*' : `${route.path.prefix}/*`);

function textOf(route) {
  return [route.name, route.host + pathOf(route), route.service, ...route.methods, ...route.listeners, ...route.schemes, ...route.headers,
    ...route.query, ...(route.middleware ?? [])].join(' ').toLowerCase();
}

function show() {
  const search = byId('routes-search').value.trim();
  const found = routes.filter((one) => search === '' || matches(search, one.text));
  byId('routes-table').tBodies[0].replaceChildren(...found.slice(0, shown).map((one) => row(one.route)));
  setText(byId('routes-count'), `${count(found.length)}${found.length < routes.length ? ` of ${count(routes.length)}` : ''} routes`);
  const left = found.length - shown;
  byId('routes-more').hidden = left <= 0;
  setText(byId('routes-more'), `Show ${count(Math.min(left, STEP))} more of ${count(left)}`);
  const empty = byId('routes-empty');
  empty.hidden = found.length > 0;
  setText(empty, routes.length === 0 ? 'No route is defined.' : 'No route is like this.');
}

function row(route) {
  const conditions = [
    route.methods.join(' '),
    ...route.headers.map((name) => `header ${name}`),
    ...route.query.map((name) => `query ${name}`),
    route.listeners.length > 0 ? `by ${route.listeners.join(', ')}` : '',
    route.schemes.join(' '),
    route.priority === 0 ? '' : `priority ${route.priority}`,
  ].filter(Boolean);
  const refused = Object.entries(route.refused ?? {}).filter(([, value]) => value > 0).map(([reason, value]) => `${reason.replaceAll('_', ' ')} ${count(value)}`);
  return el('tr', { 'data-route': route.name },
    cell('Host and path', { class: 'mono first' }, el('span', { class: 'muted' }, route.host), pathOf(route)),
    cell('Conditions', {}, ...(conditions.length === 0 ? [el('span', { class: 'muted' }, 'none')] : conditions.map((text) => el('span', { class: 'chip' }, text)))),
    cell('Service', {}, route.service),
    cell('Middleware', {}, ...(route.middleware ?? []).map((text) => el('span', { class: 'chip' }, text)), refused.length > 0 ? el('span', { class: 'sub' }, `refused: ${refused.join(', ')}`) : ''),
    cell('Name', { class: 'muted mono' }, route.name));
}
