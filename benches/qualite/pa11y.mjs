// pa11y's two judges (HTML_CodeSniffer and axe-core) against WCAG 2 AA: every sort of page, by day and by night.
import pa11y from 'pa11y';
import { avecNavigateur, carteDessinee } from './navigateur.mjs';

const PAGES = [
  ...['/', '/#territoire=temps-2/ti-7510', '/integration', '/territoires', '/territoires?region=Bretagne&tri=population'],
  ...['/territoires/temps-2/ti-7510', '/territoires/temps-1/ti-7505', '/reponse?adresse=Pau', '/reponse?adresse=Saint-Denis'],
  ...['/programme', '/accessibilite', '/mentions', '/docs'],
];

const OPTIONS = {
  ignoreUrl: true, // the page stands open as it is to be judged
  standard: 'WCAG2AA',
  runners: ['htmlcs', 'axe'],
  levelCapWhenNeedsReview: 'warning', // what axe cannot tell (names drawn over the shapes of a map) is no error of its
  timeout: 60_000,
};

/** @returns {Promise<string[]>} what missed its target */
export async function juger(base) {
  const manques = [];
  await avecNavigateur(async (navigateur) => {
    for (const theme of ['light', 'dark']) {
      let fautes = 0;
      for (const chemin of PAGES) {
        const page = await navigateur.newPage();
        try {
          await page.setViewport({ width: 1280, height: 800 });
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
          await page.goto(base + chemin);
          await carteDessinee(page);
          const { issues } = await pa11y(base + chemin, { ...OPTIONS, browser: navigateur, page });
          for (const { runner, code, selector, context } of issues) manques.push(`${chemin}, ${theme}: ${runner} ${code}: ${selector} ${context.replace(/\s+/g, ' ')}`);
          fautes += issues.length;
        } finally {
          await page.close();
        }
      }
      console.log(`pa11y, ${theme}: ${fautes} errors on ${PAGES.length} pages`);
    }
  });
  return manques;
}
