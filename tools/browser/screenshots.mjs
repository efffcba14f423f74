// Makes the pictures of docs/dashboard.md: starts the program that was built (gateway/target/penstock.jar) over services of its own,
// sends them requests for half a minute, some of which fail, and looks at the dashboard.
//   node tools/browser/screenshots.mjs [FOLDER]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';

const TOP = path.resolve(fileURLToPath(import.meta.url), '../../..');
const FOLDER = path.resolve(process.argv[2] ?? path.join(TOP, 'docs'));
const command = process.env.PENSTOCK_PROGRAM?.split(' ') ?? ['java', '-jar', path.join(TOP, 'gateway/target/penstock.jar')];
const SECONDS = 32;
const SERVICES = [ // name, backends, milliseconds an answer takes, requests per second
  ['orders', 4, 12, 45], ['catalog', 3, 4, 80], ['checkout', 2, 30, 14], ['search', 3, 55, 26], ['accounts', 2, 8, 18],
  ['images', 3, 3, 60], ['mail', 1, 90, 2], ['reports', 2, 240, 1], ['recommendations', 3, 20, 12], ['site', 2, 6, 35],
];

const pause = (millis) => new Promise((resolve) => { setTimeout(resolve, millis); });
const closing = [];

function backend(millis, fails) {
  const server = http.createServer((request, response) => {
    setTimeout(() => {
      response.statusCode = fails() ? 503 : 200;
      response.end('ok');
    }, millis * (0.5 + Math.random()));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => { closing.push(() => { server.close(); server.closeAllConnections(); }); resolve(server.address().port); });
  });
}

async function configuration() {
  const routes = [];
  const services = [];
  for (const [name, count, millis] of SERVICES) {
    const endpoints = [];
    for (let i = 0; i < count; i++) {
      endpoints.push(`127.0.0.1:${await backend(millis, () => name === 'search' && i === 0 && Math.random() < 0.3)}`);
    }
    if (name === 'checkout') {
      endpoints.push('127.0.0.1:1'); // nobody is there
    }
    routes.push(`  - {host: ${name === 'site' ? '"*.example.com"' : `${name}.example.com`}, service: ${name}}`);
    services.push(`  ${name}: {balancer: p2c, endpoints: [${endpoints.map((one) => `"${one}"`).join(', ')}]${name === 'checkout' ? ', health: {check: {kind: tcp, interval: 2s}}' : ''}}`);
  }
  services.push('  legacy: {endpoints: ["127.0.0.1:2"]}');
  routes.push('  - {host: legacy.example.com, service: legacy}');
  return `listeners: [{name: web, address: "127.0.0.1:0"}]\nadmin: {address: "127.0.0.1:0"}\nlog: {recent: 1000}\ndrain: 0s\nroutes:\n${routes.join('\n')}\nservices:\n${services.join('\n')}\n`;
}

async function start(directory) {
  const file = path.join(directory, 'gateway.yaml');
  writeFileSync(file, await configuration());
  const program = spawn(command[0], [...command.slice(1), 'run', '-f', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(() => program.kill('SIGTERM'));
  let out = '';
  for await (const chunk of program.stdout) {
    out += chunk;
    const web = /web http:\/\/127\.0\.0\.1:(\d+)/.exec(out);
    const admin = /admin http:\/\/127\.0\.0\.1:(\d+)/.exec(out);
    if (web && admin) {
      program.stdout.resume?.();
      return { file, web: Number(web[1]), admin: Number(admin[1]) };
    }
  }
  throw new Error(`the program did not start: ${out}`);
}

function load(port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  for (const [name, , , perSecond] of [...SERVICES, ['legacy', 0, 0, 0.6]]) {
    const host = `${name === 'site' ? 'www' : name}.example.com`;
    const timer = setInterval(() => {
      http.get({ port, agent, path: `/${['', 'v1/items', 'v1/items/7', 'health'][Math.floor(Math.random() * 4)]}`, headers: { host } }, (response) => response.resume()).on('error', () => {});
    }, 1000 / perSecond);
    closing.push(() => clearInterval(timer));
  }
  closing.push(() => agent.destroy());
}

const directory = mkdtempSync(path.join(tmpdir(), 'penstock-'));
const browser = await launch();
try {
  const { web, admin } = await start(directory);
  load(web);
  const shoot = async (name, size, scheme, act) => {
    const page = await browser.newPage({ viewport: size, colorScheme: scheme, deviceScaleFactor: name.includes('phone') ? 2 : 1 });
    await page.goto(`http://127.0.0.1:${admin}/ui`);
    return { page, done: async () => { await act(page); await page.screenshot({ path: path.join(FOLDER, name) }); await page.close(); } };
  };
  const open = async (page) => {
    await page.locator('tbody[data-service="checkout"] .toggle').click();
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    await page.mouse.move(640, 5);
  };
  const shots = [
    await shoot('dashboard-light.png', { width: 1280, height: 900 }, 'light', open),
    await shoot('dashboard-dark.png', { width: 1280, height: 900 }, 'dark', async (page) => {
      await page.locator('a[href="#explain"]').click();
      await page.locator('#explain-request').fill('GET http://checkout.example.com/v1/items/7');
      await page.locator('#explain-form button').click();
      await page.locator('#explain-verdict').waitFor();
    }),
    await shoot('dashboard-phone.png', { width: 375, height: 812 }, 'dark', async () => {}),
  ];
  await pause(SECONDS * 1000);
  for (const shot of shots) {
    await shot.done();
  }
} finally {
  await browser.close();
  closing.forEach((end) => end());
  rmSync(directory, { recursive: true });
}
