// Asks the program that this page comes from, with its token where it wants one.
import { byId, setText } from './dom.js';

const KEY = 'penstock.token';
/** A stream tells something at least every 5 s. */
const SILENCE_MILLIS = 12_000;
/** A stream that lasted as long has not failed. */
const AS_A_RULE_MILLIS = 60_000;
const MOST_WAIT_MILLIS = 5_000;

let asking = null;

function headers(more = {}) {
  const token = sessionStorage.getItem(KEY);
  return token ? { ...more, Authorization: `Bearer ${token}` } : more;
}

/** Asks for the token, once for all who need it; resolves when there is one. */
function askToken(wrong) {
  if (!asking) {
    asking = new Promise((resolve) => {
      const dialog = byId('token');
      const value = byId('token-value');
      setText(byId('token-wrong'), wrong ? 'That was not the token.' : '');
      byId('token-form').onsubmit = (event) => {
        event.preventDefault();
        const text = value.value.trim();
        if (!/^[\x21-\x7e]+$/.test(text)) { // no header could say it
          setText(byId('token-wrong'), 'A token has visible ASCII characters only.');
          return;
        }
        sessionStorage.setItem(KEY, text);
        value.value = '';
        asking = null;
        dialog.close();
        resolve();
      };
      dialog.oncancel = (event) => event.preventDefault(); // nothing can be shown without it
      if (!dialog.open) {
        dialog.showModal();
      }
      value.focus();
    });
  }
  return asking;
}

/** An answer, whatever it says, but for 401: that is asked again with a token. */
async function answer(method, path, options = {}) {
  for (;;) {
    const shown = sessionStorage.getItem(KEY);
    const response = await fetch(path, {
      method, body: options.body, signal: options.signal, headers: headers(options.headers), cache: 'no-store', credentials: 'omit',
    });
    if (response.status !== 401) {
      return response;
    }
    response.body?.cancel();
    if (sessionStorage.getItem(KEY) === shown) {
      sessionStorage.removeItem(KEY);
      await askToken(shown !== null);
    }
  }
}

/** What the program says is wrong. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function problem(response) {
  const text = await response.text();
  try {
    const tree = JSON.parse(text);
    return new Refused(response.status, tree.detail ?? tree.message ?? text);
  } catch {
    return new Refused(response.status, text || `status ${response.status}`);
  }
}

const known = new Map(); // the last answer of each path, by its tag

export async function get(path) {
  const before = known.get(path);
  const response = await answer('GET', path, { headers: before ? { 'If-None-Match': before.tag } : {} });
  if (response.status === 304 && before) {
    return before.tree;
  }
  if (!response.ok) {
    throw await problem(response);
  }
  const tree = await response.json();
  const tag = response.headers.get('ETag');
  if (tag) {
    known.set(path, { tag, tree });
  }
  return tree;
}

export async function post(path, body) {
  const response = await answer('POST', path, {
    headers: { 'Content-Type': 'application/json' }, body: body === undefined ? '' : JSON.stringify(body),
  });
  if (!response.ok) {
    throw await problem(response);
  }
  return response.json();
}

/** Cuts a stream into events: `event:` and `data:` lines up to an empty one. */
async function read(body, onEvent, onBytes) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const lines = []; // pieces of the line that is not whole yet
  let name = '';
  let data = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    onBytes();
    const parts = value.split('\n');
    for (let i = 0; i < parts.length; i++) {
      lines.push(parts[i]);
      if (i === parts.length - 1) {
        break;
      }
      const line = lines.join('');
      lines.length = 0;
      if (line.startsWith('event: ')) {
        name = line.slice(7);
      } else if (line.startsWith('data: ')) {
        data += line.slice(6);
      } else if (line === '' && data !== '') {
        onEvent(name, JSON.parse(data));
        data = '';
      }
    }
  }
}

/**
 * Follows what changes until the page is closed, and begins anew where the stream ends. `onLive` is told `live`, or why not.
 * EventSource could not show a token.
 */
export async function follow(onStart, onEvent, onLive) {
  let wait = 500;
  for (;;) {
    const control = new AbortController();
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => control.abort(), SILENCE_MILLIS);
    };
    try {
      if (document.hidden) {
        await shown();
      }
      const response = await answer('GET', 'v1/events', { signal: control.signal });
      if (!response.ok) {
        throw await problem(response);
      }
      const hide = hiddenFor(60_000, () => control.abort()); // the program serves so many streams at a time
      const begin = performance.now();
      try {
        alive();
        onStart();
        onLive('live', '');
        await read(response.body, onEvent, () => { wait = 500; alive(); });
      } finally {
        hide();
      }
      if (performance.now() - begin > AS_A_RULE_MILLIS) {
        clearTimeout(watch);
        continue; // streams end by themselves after a while
      }
      onLive('waiting', 'the stream has ended');
    } catch (e) {
      onLive('waiting', e instanceof Refused ? e.message : 'the gateway cannot be reached');
    }
    clearTimeout(watch);
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    wait = Math.min(wait * 2, MOST_WAIT_MILLIS);
  }
}

function shown() {
  return new Promise((resolve) => {
    document.addEventListener('visibilitychange', function look() {
      if (!document.hidden) {
        document.removeEventListener('visibilitychange', look);
        resolve();
      }
    });
  });
}

function hiddenFor(time, action) {
  let timer;
  const look = () => {
    clearTimeout(timer);
    timer = document.hidden ? setTimeout(action, time) : undefined;
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
