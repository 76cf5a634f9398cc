import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** Debian's package `chromium`, or any other named by MVS_CHROMIUM. */
const executablePath = process.env.MVS_CHROMIUM ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(executablePath);

/** A page, and everything that it complained about or fetched. */
interface Opened {
  readonly page: Page;
  readonly troubles: readonly string[];
}

/** A browser for the tests of a group. @returns opens a file in it */
export function browserForTests() {
  let browser: Browser;
  beforeAll(async () => {
    const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(() => browser.close());

  return async (file: string, colorScheme: 'light' | 'dark' = 'light', width = 1000): Promise<Opened> => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    onTestFinished(() => page.close());
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => troubles.push(message.text()));
    page.on('request', (request) => {
      if (/^https?:/.test(request.url())) troubles.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return { page, troubles };
  };
}
