// A headless Chromium that a page is tried in: Debian's, or the one that PENSTOCK_CHROMIUM names.
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

/** Starts it with an empty profile that is removed when it is closed. */
export function launch() {
  const program = process.env.PENSTOCK_CHROMIUM || execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
  return chromium.launch({ executablePath: program, args: FLAGS });
}
