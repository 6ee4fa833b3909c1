// The front page as its readers meet it, in a real browser: what is drawn (by pixels), what a click answers, and
// that nothing leaves our origin.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LIEUX } from '../src/lieux.js';
import { PAU, SCREENS, lend, outlined, plain, quiet, service, shot, styles, visit, withoutWebgl } from './navigateur.mjs';
import { boxArea, onScreen } from './cadrage.mjs';
import { count, has } from './pixels.mjs';

const LANDES = { lon: -0.75, lat: 44.05 }; // in no territory, far from any
const GASCOGNE = { lon: -3, lat: 45 }; // open sea

for (const [screen, options] of Object.entries(SCREENS)) {
  describe(screen, () => {
    for (const colorScheme of ['light', 'dark']) {
      test(`draws the territories (${colorScheme})`, async () => {
        await visit({ ...options, colorScheme }, '/', async (page) => {
          const style = styles[colorScheme];
          const picture = await shot(page, `${screen}-${colorScheme}-metropole`);
          const frame = await page.locator('#cadre').boundingBox();
          const drawn = count(picture, style.classes);
          // The perimeters are about a third of the country, which is about half of the box around it.
          const share = drawn.total / boxArea(LIEUX.metropole.emprise, frame);
          assert.ok(share > 0.1 && share < 0.3, `class colours fill ${(share * 100).toFixed(1)} % of the box`);
          const used = drawn.counts.filter((n) => n > 100).length;
          assert.ok(used >= 4, `pixels of each class: ${drawn.counts}`);
          // Where things are on the screen follows from the projection and the frame alone.
          const at = (place) => onScreen(place, LIEUX.metropole.emprise, frame);
          assert.ok(has(picture, style.classes, at(PAU), 6), 'Pau is in a territory’s colour');
          assert.ok(has(picture, [style.land], at(LANDES), 3), 'the Landes are plain land');
          assert.ok(!has(picture, style.classes, at(LANDES), 3), 'the Landes are in no territory’s colour');
          assert.ok(has(picture, [style.sea], at(GASCOGNE), 3), 'the bay of Biscay is sea');
        });
      });
    }

    test('answers a click on Pau, and draws the territory it names', async () => {
      const view = `/#carte=8/${PAU.lat}/${PAU.lon}`;
      await visit(options, view, async (page) => {
        assert.ok((await outlined(page)) < 50, 'nothing is outlined before the click');
        const map = await page.locator('#toile').boundingBox();
        await page.mouse.click(map.x + map.width / 2, map.y + map.height / 2);
        const verdict = page.locator('#reponse > .verdict');
        await verdict.waitFor();
        assert.equal(await verdict.getAttribute('data-reponse'), 'oui');
        const answer = plain(await verdict.textContent());
        assert.match(answer, /^Oui\. Pau fait partie du Territoire d’industrie Lacq – Pau – Tarbes\b/);
        assert.match(answer, /CA Pau Béarn Pyrénées/);
        const card = plain(await page.locator('#reponse .fiche').innerText());
        assert.match(card, /Lacq – Pau – Tarbes\n+Nouvelle-Aquitaine, territoire interrégional/);
        assert.match(card, /\d+ \d{3} habitants · \d+ \d{3} km²/);
        assert.match(plain(await page.locator('#reponse .raisons').innerText()), /Membre\s+CA Pau Béarn Pyrénées\s+Commune\s+Pau \(64\)/);
        assert.match(
          plain(await page.locator('#reponse .source').textContent()),
          /^Liste ANCT du 4 juillet 2024 · communes au 1er janvier 20\d\d · Licence Ouverte 2\.0$/,
        );
        assert.equal(await page.locator('#reponse').getAttribute('aria-live'), 'polite');

        await quiet(page);
        await shot(page, `${screen}-pau`);
        const drawn = await outlined(page);
        assert.ok(drawn > 600, `${drawn} pixels of the chosen territory’s outline`);

        // The address is the view: another reader who opens it sees the same answer.
        const address = new URL(page.url());
        assert.match(address.hash, /point=-0\.37\d*,43\.29\d*/);
        await page.reload();
        await page.locator('#reponse > .verdict[data-reponse="oui"]').waitFor();

        await page.getByRole('button', { name: 'Effacer la réponse' }).click();
        await quiet(page);
        assert.equal(await page.locator('#reponse').textContent(), '');
        assert.ok((await outlined(page)) < 50, 'nothing is outlined once the answer is gone');
      });
    });

    for (const place of ['guadeloupe', 'la-reunion']) {
      test(`reaches ${LIEUX[place].nom} in one click`, async () => {
        await visit(options, '/', async (page) => {
          await page.locator(`[data-lieu="${place}"]`).click();
          await quiet(page);
          assert.equal(new URL(page.url()).hash, `#lieu=${place}`);
          const frame = await page.locator('#cadre').boundingBox();
          const picture = await shot(page, `${screen}-${place}`);
          const share = count(picture, styles.light.classes).total / boxArea(LIEUX[place].emprise, frame);
          assert.ok(share > 0.1, `class colours fill ${(share * 100).toFixed(1)} % of the box`);
          await page.goBack();
          await quiet(page);
          assert.equal(new URL(page.url()).hash, '');
        });
      });
    }

    test('says so when the map does not come, over the picture of it', async () => {
      await lend(options, async (page) => {
        await page.route('**/tiles/**', (route) => route.abort());
        await page.goto(service.url);
        await page.locator('#apercu').waitFor();
        await page.locator('#toile').dispatchEvent('pointerover');
        await page.locator('#carte-avis').waitFor();
        assert.match(await page.locator('#carte-avis').textContent(), /n’a pas pu être chargée/);
        const drawn = count(await shot(page), styles.light.classes).total;
        assert.ok(drawn > 5000, `${drawn} pixels of the territories’ colours`);
      });
    });

    test('says so when the service does not answer, and answers when asked again', async () => {
      await lend(options, async (page) => {
        await page.route('**/api/**', (route) => route.fulfill({ status: 503, contentType: 'text/html', body: '<h1>503</h1>' }));
        await page.goto(`${service.url}/#point=${PAU.lon},${PAU.lat}`);
        await page.locator('#reponse .avis').waitFor();
        assert.match(await page.locator('#reponse').innerText(), /^Le service ne répond pas pour l’instant\. Réessayez/);
        await page.unroute('**/api/**');
        await page.getByRole('button', { name: 'Réessayer' }).click();
        await page.locator('#reponse > .verdict[data-reponse="oui"]').waitFor();
      });
    });

    test('says so without WebGL, and shows a picture of what is asked', async () => {
      await lend(options, async (page) => {
        await withoutWebgl(page);
        await page.goto(`${service.url}/#territoire=temps-2/ti-7510`);
        await page.locator('#carte-avis').waitFor();
        assert.match(await page.locator('#carte-avis').textContent(), /WebGL/);
        const picture = page.getByRole('img', { name: 'Carte du Territoire d’industrie Lacq – Pau – Tarbes' });
        await picture.waitFor();
        assert.ok(await picture.evaluate((image) => image.naturalWidth > 0));
        await shot(page, `${screen}-sans-webgl`);
      });
    });
  });
}

test('the keyboard asks about the centre of the map', async () => {
  await visit({ ...SCREENS.bureau, reducedMotion: 'reduce' }, `/#carte=10/${PAU.lat}/${PAU.lon}`, async (page) => {
    for (let i = 0; i < 24; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement.matches('.maplibregl-canvas'))) break;
    }
    assert.ok(await page.locator('.cible').isVisible(), 'the target shows while the map has the keyboard');
    await shot(page, 'bureau-clavier');
    await page.keyboard.press('Enter');
    await page.locator('#reponse > .verdict[data-reponse="oui"]').waitFor();
  });
});

test('without JavaScript the page still says what it is about', async () => {
  await lend({ ...SCREENS.telephone, javaScriptEnabled: false }, async (page) => {
    await page.goto(service.url);
    const text = await page.locator('main').innerText();
    assert.match(text, /Un Territoire d’industrie réunit/);
    assert.match(text, /la carte a besoin de JavaScript/);
    await shot(page, 'telephone-sans-script');
  });
});

test('nothing moves while the page comes', async () => {
  await visit(SCREENS.bureau, '/', async (page) => {
    const shift = await page.evaluate(
      () =>
        new Promise((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))).observe({
            type: 'layout-shift',
            buffered: true,
          });
          setTimeout(() => resolve(0), 500); // no entry at all: no shift
        }),
    );
    assert.ok(shift < 0.01, `cumulative layout shift ${shift}`);
  });
});
