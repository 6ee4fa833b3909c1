// The browser of the judges: Debian's Chromium, driven by the puppeteer that pa11y brings. CHROMIUM names another.
import puppeteer from 'puppeteer';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
// Drawn by software: what is measured does not depend on a graphics card that a build machine lacks.
export const DRAPEAUX = [
  ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
];

/** Lends a browser, and ends it whatever happens. */
export async function avecNavigateur(faire) {
  const navigateur = await puppeteer.launch({ executablePath: CHROMIUM, args: DRAPEAUX });
  try {
    return await faire(navigateur);
  } finally {
    await navigateur.close();
  }
}

/** Waits until the map of a page, or the picture of it, is drawn. Pages without one are ready as they come. */
export const carteDessinee = (page) =>
  page.waitForFunction(() => !document.querySelector('#toile') || ['image', 'prete', 'absente'].includes(document.documentElement.dataset.carte), { timeout: 60_000, polling: 50 });
