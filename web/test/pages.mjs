// Every sort of page against axe-core's rules for WCAG 2.0 to 2.2 A and AA and its best practices, by day and by night,
// on a desk and on a phone (written pages on a desk by day and on a phone by night); that the written pages need no
// script; and how they look (pictures are kept beside the others).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { SCREENS, lend, picturePath, service, wake } from './navigateur.mjs';

const AXE = await readFile(fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
const READ = {
  liste: '/territoires',
  'liste-filtree': '/territoires?region=Bretagne&tri=population',
  fiche: '/territoires/temps-2/ti-7510',
  'fiche-temps-1': '/territoires/temps-1/ti-7505',
  programme: '/programme',
  accessibilite: '/accessibilite',
  mentions: '/mentions',
  'reponse-oui': '/reponse?adresse=Pau',
  'reponse-incertain': '/reponse?adresse=Saint-Denis',
  introuvable: '/territoires/temps-2/ti-0000',
};
const RUN = {
  carte: '/',
  'carte-territoire': '/#territoire=temps-2/ti-7510',
  'carte-comparee': '/#comparer=50',
  'carte-filtree': '/#region=Bretagne',
  integration: '/integration',
};

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const colorScheme of ['light', 'dark']) {
    describe(`${screen}, ${colorScheme}`, () => {
      const isRead = (screen === 'bureau') === (colorScheme === 'light');
      test('written pages have no fault that axe knows and are no wider than the screen', { skip: !isRead }, async () => {
        await lend({ ...options, colorScheme }, async (page) => {
          for (const [name, path] of Object.entries(READ)) {
            await page.goto(service.url + path);
            assert.deepEqual(await faults(page), [], path);
            const { over, h1 } = await page.evaluate(() => ({
              over: document.documentElement.scrollWidth - innerWidth,
              h1: document.querySelectorAll('h1').length,
            }));
            assert.ok(over <= 0, `${path} is ${over} px too wide`);
            assert.equal(h1, 1, path);
            await page.screenshot({ path: picturePath(`${screen}-${colorScheme}-page-${name}.png`), fullPage: true });
          }
        });
      });

      test('the map’s page has no fault that axe knows', async () => {
        await lend({ ...options, colorScheme }, async (_, context) => {
          for (const [name, path] of Object.entries(RUN)) {
            const page = await context.newPage();
            await page.goto(service.url + path);
            if (!path.includes('#')) assert.deepEqual(await faults(page), [], `${name}, before the map`);
            await wake(page);
            assert.deepEqual(await faults(page), [], name);
            await page.close();
          }
        });
      });
    });
  }
}

test('without script: a question is asked, the list narrows, a territory is read', async () => {
  await lend({ ...SCREENS.telephone, javaScriptEnabled: false }, async (page) => {
    await page.goto(service.url);
    await page.locator('#recherche input[name]').fill('Pau');
    await page.locator('#recherche button:has-text("Chercher")').click();
    await page.locator('.verdict:has-text("Oui.")').waitFor();
    assert.match(await page.locator('.verdict').innerText(), /Lacq.– Pau.– Tarbes/);
    await page.locator('.raisons a').first().click();
    assert.equal(await page.locator('.membres tbody tr').count(), 11);
    await page.goto(`${service.url}/territoires`);
    await page.locator('#region').selectOption('Bretagne');
    await page.locator('button:has-text("Afficher")').click();
    assert.match(await page.locator('.compte').innerText(), /territoires sur 183/);
  });
});

async function faults(page) {
  // What is not drawn until it comes near has no place of its own yet, and would seem to cover other things.
  await page.evaluate(() => document.querySelectorAll('body *').forEach((e) => getComputedStyle(e).contentVisibility === 'auto' && (e.style.contentVisibility = 'visible')));
  const result = await page.evaluate(`${AXE};axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`);
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(' | ')}`);
}
