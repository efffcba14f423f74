// Builds and changes elements. What comes from elsewhere becomes text, never markup.

/** An element with properties (`class`, `on…`, `aria-…` and other attributes) and children, which may be texts. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Changes a text only where it is another one: what is unchanged keeps selection and is not said again. */
export function setText(element, text) {
  const next = String(text);
  if (element.textContent !== next) {
    element.textContent = next;
  }
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** A cell; on narrow screens its row is a card, where the label stands before it. */
export function cell(label, properties, ...children) {
  return el('td', { 'data-label': label, ...properties }, ...children);
}

export function badge(state, text) {
  return el('span', { class: 'badge', 'data-state': state }, text);
}

export function setBadge(element, state, text) {
  setAttribute(element, 'data-state', state);
  setText(element, text);
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

export const count = (value) => whole.format(value);

export function rate(value) {
  return value === 0 ? '0' : value >= 100 ? whole.format(value) : value < 0.05 ? '<0.1' : tenth.format(value);
}

export function millis(value) {
  if (value >= 10_000) {
    return `${whole.format(value / 1000)} s`;
  }
  return value >= 100 ? `${whole.format(value)} ms` : `${tenth.format(value)} ms`;
}

/** Whether every word that is searched for stands in a text, which is in lower case. */
export function matches(search, text) {
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** Tells in the corner what has come of something, and to screen readers. */
let silence;
export function say(text, state = 'good') {
  const place = byId('say');
  place.dataset.state = state;
  place.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { place.textContent = ''; }, 8000);
}

/** Asks before something is done; resolves to whether it was confirmed. */
export function confirmed(title, verb, ...content) {
  const dialog = byId('confirm');
  setText(byId('confirm-title'), title);
  setText(byId('confirm-yes'), verb);
  byId('confirm-text').replaceChildren(...content);
  return new Promise((resolve) => {
    const end = (answer) => () => { resolve(answer); dialog.close(); };
    byId('confirm-yes').onclick = end(true);
    byId('confirm-no').onclick = end(false);
    dialog.onclose = end(false);
    dialog.showModal();
    byId('confirm-no').focus();
  });
}

const SVG = 'http://www.w3.org/2000/svg';

/** A line of values, the newest on the right, from 0 to the largest; a picture beside a number that says the same, and a title its scale. */
export function sparkline(width, height) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('width', width);
  svg.setAttribute('height', height);
  svg.setAttribute('class', 'spark');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('preserveAspectRatio', 'none');
  const area = document.createElementNS(SVG, 'path');
  area.setAttribute('class', 'area');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('class', 'line');
  const title = document.createElementNS(SVG, 'title');
  svg.append(title, area, line);
  svg.draw = (values, most) => {
    const top = Math.max(1e-9, ...values);
    setText(title, values.length > 1 ? `The last ${most} s, from 0 to ${rate(Math.max(0, ...values))} per second` : '');
    const step = width / (most - 1);
    const start = width - (values.length - 1) * step;
    const points = values.map((value, i) => `${(start + i * step).toFixed(1)} ${(height - 1 - (value / top) * (height - 3)).toFixed(1)}`);
    const path = points.length > 1 ? `M${points.join('L')}` : '';
    if (line.getAttribute('d') !== path) {
      line.setAttribute('d', path);
      area.setAttribute('d', path ? `${path}L${width} ${height}L${start.toFixed(1)} ${height}Z` : '');
    }
  };
  return svg;
}
