// The browser of the judges: Debian's Chromium, driven by the puppeteer that pa11y brings. CHROMIUM names another.
import puppeteer from 'puppeteer';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const DRAPEAUX = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
// A map drawn by software: what is measured does not depend on a graphics card that a build machine lacks.
const WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/**
 * Lends a browser, and ends it whatever happens.
 * @param {{ webgl?: boolean }} options without it, pages are drawn as on any machine without a card: one that the processor
 *   plays draws lines some twenty times slower than that, which would be held against the page
 */
export async function avecNavigateur(faire, { webgl = true } = {}) {
  const navigateur = await puppeteer.launch({ executablePath: CHROMIUM, args: webgl ? [...DRAPEAUX, ...WEBGL] : DRAPEAUX });
  try {
    return await faire(navigateur);
  } finally {
    await navigateur.close();
  }
}

/** Waits until the map of a page, or the picture of it, is drawn. Pages without one are ready as they come. */
export const carteDessinee = (page) =>
  page.waitForFunction(() => !document.querySelector('#toile') || ['image', 'prete', 'absente'].includes(document.documentElement.dataset.carte), { timeout: 60_000, polling: 50 });
