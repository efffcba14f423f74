// Does in a browser what lines of JSON on the standard input say, one after the other, and answers each with a line: {"value": ...}
// or {"error": "..."}. What a line may say stands in COMMANDS; Browser.java in the tests of gateway is the other side.
import { createInterface } from 'node:readline';
import { launch } from './browser.mjs';

/** How long an element is waited for. */
const PATIENCE_MILLIS = 20_000;

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, serviceWorkers: 'block' });
context.setDefaultTimeout(PATIENCE_MILLIS);
const page = await context.newPage();
const requests = [];
const faults = [];
page.on('request', (request) => requests.push(request.url()));
page.on('console', (message) => {
  if (['error', 'warning'].includes(message.type())) { // a violation of the content security policy is an error
    faults.push(`console: ${message.text()}`);
  }
});
page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
page.on('dialog', (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });

const COMMANDS = {
  open: (url) => { // what was before is forgotten
    requests.length = 0;
    faults.length = 0;
    return page.goto(url).then((response) => response.status());
  },
  click: (selector) => page.locator(selector).click(),
  fill: (selector, text) => page.locator(selector).fill(text),
  choose: (selector, value) => page.locator(selector).selectOption(value),
  press: (key) => page.keyboard.press(key),
  type: (text) => page.keyboard.type(text),
  wait: (selector) => page.locator(selector).first().waitFor(),
  texts: (selector) => page.locator(selector).evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.textContent.trim())),
  attributes: (selector, name) => page.locator(selector).evaluateAll((all, key) => all.map((one) => one.getAttribute(key)), name),
  style: (selector, name) => page.locator(selector).first().evaluate((one, key) => getComputedStyle(one).getPropertyValue(key), name),
  focus: () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim()),
  mark: () => page.evaluate(() => { document.documentElement.dataset.mark = 'here'; }), // gone if the page is loaded anew
  overflow: () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  scheme: (scheme) => page.emulateMedia({ colorScheme: scheme }),
  size: (width, height) => page.setViewportSize({ width, height }),
  screenshot: (path) => page.screenshot({ path }),
  requests: () => requests,
  faults: () => faults,
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...values] = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await COMMANDS[name](...values)) ?? null };
  } catch (e) {
    answer = { error: `${name} ${JSON.stringify(values)}: ${e.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
