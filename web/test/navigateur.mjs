// What the browser tests share: the service, the browser, a visit that holds a page to what every page must keep, and
// what is drawn on it. SERVICE_URL or BINAIRE says which service; CHROMIUM which browser.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { count, decode } from './pixels.mjs';
import { serveur } from './serveur.mjs';

export const PAU = { lon: -0.3708, lat: 43.2951 };
export const SCREENS = {
  bureau: { viewport: { width: 1280, height: 800 } },
  telephone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
const PICTURES = fileURLToPath(new URL('../test-artefacts/', import.meta.url));
const READY_MS = 120_000; // software rendering on a loaded machine

// Chromium's own remarks about software rendering are not the page's.
const NOT_OURS = /GPU stall|GL Driver Message|GroupMarkerNotSet/;

export let service;
let browser;
export let styles;

before(async () => {
  await mkdir(PICTURES, { recursive: true });
  service = await serveur();
  styles = { light: colours(await fetchStyle('neutre')), dark: colours(await fetchStyle('neutre-sombre')) };
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    ],
  });
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

export const fetchStyle = async (name) => (await fetch(`${service.url}/styles/${name}.json`)).json();

/** Takes WebGL from a page. */
export async function withoutWebgl(page) {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return kind.startsWith('webgl') ? null : real.call(this, kind, ...rest);
    };
  });
}

/** Lends a page in a context of its own, and closes it whatever happens. */
export async function lend(options, use) {
  const context = await browser.newContext(options);
  try {
    await use(await context.newPage(), context);
  } finally {
    await context.close();
  }
}

export const picturePath = (name) => join(PICTURES, name);

/**
 * Opens a page, runs `look`, and holds the whole visit to what every visit must keep.
 * @param {{ live?: boolean }} visitor `live`: they want the map, and look once it is drawn
 */
export async function visit(options, path, look, { live = true } = {}) {
  const faults = [];
  await lend(options, async (page, context) => {
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (violation) => console.error('refused by the policy:', violation.violatedDirective, violation.blockedURI));
    });
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !NOT_OURS.test(message.text())) faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
    context.on('request', (request) => {
      if (new URL(request.url()).origin !== service.url) faults.push(`request to another origin: ${request.url()}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
    });
    context.on('requestfailed', (request) => {
      // The map gives up tiles that a new view no longer needs, and a reload gives up what was under way.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
    });
    const response = await page.goto(service.url + path);
    const policy = response.headers()['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    if (live) await wake(page);
    await look(page);
    assert.deepEqual(faults, []);
  });
}

/** Brings a pointer over the map: it comes when it is wanted. */
export async function wake(page) {
  await page.locator('html[data-carte]').waitFor({ state: 'attached' });
  await page.locator('#toile').dispatchEvent('pointerover');
  await quiet(page);
  // A second map under the first would cost as much again, and nobody would see it.
  assert.ok((await page.locator('#toile canvas').count()) <= 1, 'more than one map was opened');
}

/** Waits until the map has drawn all it asked for, and has not started anew. */
export async function quiet(page) {
  const ready = () => page.locator('html[data-carte="prete"]').waitFor({ state: 'attached', timeout: READY_MS });
  for (let calm = 0; calm < 3; calm++) {
    await page.waitForTimeout(150);
    if ((await page.locator('html').getAttribute('data-carte')) === 'prete') continue;
    await ready();
    calm = -1;
  }
  // The picture gives way to the map little by little.
  const ends = () => document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime ?? Infinity));
  const ended = `Promise.allSettled((${ends})().map((a) => a.finished))`;
  await page.evaluate(`Promise.race([${ended}, new Promise((done) => setTimeout(done, 3000))])`);
}

export async function shot(page, name) {
  return decode(await page.screenshot({ timeout: READY_MS, ...(name ? { path: picturePath(`${name}.png`) } : {}) }));
}

/** Pixels of the chosen territory's outline in the free part of the map (the accent is also in the panel). */
export async function outlined(page) {
  const clip = await page.locator('#cadre').boundingBox();
  return count(decode(await page.screenshot({ clip, timeout: READY_MS })), [styles.light.chosen]).total;
}

export function colours(style) {
  const paint = (id, property) => style.layers.find((layer) => layer.id === id).paint[property];
  const classes = paint('temps-2-fond', 'fill-color').filter((part) => typeof part === 'string' && part.startsWith('#'));
  return {
    classes,
    land: paint('regions-fond', 'fill-color'),
    sea: paint('mer', 'background-color'),
    chosen: paint('temps-2-choisi-limite', 'line-color'),
  };
}

export function plain(text) {
  return text.replace(/[\u00a0\u202f]/g, ' ');
}
