// The dashboard: one page, whose views are shown one at a time. What runs comes as a stream of events; what is defined is asked
// for when an event says that it has changed.
import { follow } from './api.js';
import { byId, el, say, setAttribute, setBadge, setText } from './dom.js';
import * as explain from './explain.js';
import * as failures from './failures.js';
import * as history from './history.js';
import * as routes from './routes.js';
import * as services from './services.js';
import * as sources from './sources.js';

/** Each view: `start` once, `load` when it is shown, when definitions change, and every so many seconds. */
const VIEWS = { services: { module: services }, routes: { module: routes, every: 5 }, explain: { module: explain, every: 30 }, failures: { module: failures, every: 4 }, history: { module: history, every: 5 }, sources: { module: sources, every: 3 } };
const ORDER = Object.keys(VIEWS);
let view = 'services';
let seconds = 0;

function choose(name) {
  view = ORDER.includes(name) ? name : 'services';
  for (const id of ORDER) {
    byId(id).hidden = id !== view;
    const link = document.querySelector(`nav a[href="#${id}"]`);
    if (id === view) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else {
      link.removeAttribute('aria-current');
    }
  }
  document.title = `${document.querySelector(`nav a[href="#${view}"]`).textContent} · Penstock`;
  scrollTo(0, 0);
  refresh();
  tick(false);
}

let loading = null;

async function refresh() {
  const { module } = VIEWS[view];
  if (!module.load || document.hidden || loading === module) {
    return;
  }
  loading = module; // one at a time, however long it takes
  try {
    await module.load();
  } catch (e) {
    say(e instanceof TypeError ? 'the gateway cannot be reached' : e.message, 'bad');
  } finally {
    loading = loading === module ? null : loading;
  }
}

function tick(counts = true) {
  const now = performance.now() / 1000;
  if (counts) {
    services.tick(now, view === 'services' && !document.hidden);
    seconds++;
    const { every } = VIEWS[view];
    if (every && seconds % every === 0) {
      refresh();
    }
  }
}

const STATUS = { OK: 'good', INITIALIZING: 'waiting', TERMINATING: 'bad' };

function told(name, data) {
  if (name === 'configuration') {
    refresh();
  } else if (name === 'state') {
    services.told(data);
    if (data.program) {
      program(data.program);
    }
    if (first && !data.more) {
      first = false;
      tick();
    }
  }
}
let first = true;

function program(facts) {
  setBadge(byId('status'), STATUS[facts.status] ?? 'waiting', facts.status);
  setText(byId('version'), facts.version);
  setAttribute(byId('version'), 'title', `${facts.transport}, TLS of ${facts.tls}`);
  const list = byId('problems');
  const text = facts.problems.join('\n');
  if (list.dataset.text !== text) {
    list.dataset.text = text;
    list.hidden = facts.problems.length === 0;
    list.replaceChildren(...facts.problems.map((problem) => el('li', { class: 'notice bad' }, problem)));
  }
}

// ---- the keyboard

function keys(event) {
  const typing = event.target.closest('input:not([type=checkbox]), textarea, select');
  if (event.key === 'Escape' && event.target.matches('[type=search]')) {
    event.target.value = '';
    event.target.dispatchEvent(new Event('input'));
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') || !byId('help-keys').checked) {
    return;
  }
  const search = byId(view).querySelector('[data-search]');
  if (event.key === '/' && search) {
    search.focus();
    event.preventDefault();
  } else if (event.key === '?') {
    byId('help').showModal();
    event.preventDefault();
  } else if (ORDER[Number(event.key) - 1]) {
    location.hash = ORDER[Number(event.key) - 1];
  } else if (event.key === 'ArrowDown' && view === 'services' && !event.target.closest('#services-table')) {
    byId('services-table').querySelector('.toggle')?.focus();
    event.preventDefault();
  }
}

document.addEventListener('keydown', keys);
document.querySelector('[data-skip]').addEventListener('click', (event) => { event.preventDefault(); byId('main').focus(); });
document.querySelectorAll('form[role=search]').forEach((form) => form.addEventListener('submit', (event) => event.preventDefault()));
byId('help-open').addEventListener('click', () => byId('help').showModal());
byId('help-close').addEventListener('click', () => byId('help').close());
addEventListener('hashchange', () => choose(location.hash.slice(1)));
ORDER.forEach((name) => VIEWS[name].module.start());
choose(location.hash.slice(1));
setInterval(tick, 1000);
follow(() => { first = true; }, told, (state, why) => {
  const live = state === 'live';
  setBadge(byId('live'), live ? 'good' : 'bad', live ? 'live' : 'not live');
  setAttribute(byId('live'), 'title', why);
  setStale(live ? '' : why);
});

/** What is shown is not what is: says since when, and why. */
function setStale(why) {
  const notice = byId('stale');
  if (why === '') {
    notice.hidden = true;
    document.body.removeAttribute('data-stale');
  } else if (!first) {
    if (notice.hidden) {
      notice.dataset.since = new Date().toLocaleTimeString('en-GB');
    }
    notice.hidden = false;
    setText(notice, `As it was at ${notice.dataset.since}: ${why}`);
    setAttribute(document.body, 'data-stale', 'true');
  }
}
