// The picture that stands for the map until it is wanted: that it shows the same at the same place, that nothing heavier
// comes by itself, that what is done to it is done, and how the map takes over.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LIEUX } from '../src/lieux.js';
import { boxArea, onScreen } from './cadrage.mjs';
import { PAU, SCREENS, colours, fetchStyle, outlined, plain, quiet, shot, styles, visit, wake } from './navigateur.mjs';
import { count, decode, has } from './pixels.mjs';

const CALM = { reducedMotion: 'reduce' };
const STILL = { live: false };
const LANDES = { lon: -0.75, lat: 44.05 }; // in no territory, far from any
const GASCOGNE = { lon: -3, lat: 45 }; // open sea
const MAP_FILES = /carte-maplibre|carte-ouvrier|carte-scene|\/tiles\/|\/styles\//;
const hash = (page) => new URL(page.url()).hash;

/** Waits until the picture is there. */
async function pictured(page) {
  await page.waitForFunction(() => document.querySelector('#apercu').complete && document.querySelector('#apercu').naturalWidth > 0);
  assert.equal(await page.locator('html').getAttribute('data-carte'), 'image');
}

const frameOf = (page) => page.locator('#cadre').boundingBox();
const at = async (page, place) => onScreen(place, LIEUX.metropole.emprise, await frameOf(page));

for (const [screen, options] of Object.entries(SCREENS)) {
  describe(screen, () => {
    for (const colorScheme of ['light', 'dark'])
      test(`the picture shows what the map will, where it will (${colorScheme})`, async () => {
        await visit({ ...options, ...CALM, colorScheme }, '/', async (page) => {
          await pictured(page);
          const style = styles[colorScheme];
          const picture = await shot(page, `${screen}-${colorScheme}-apercu`);
          const share = count(picture, style.classes).total / boxArea(LIEUX.metropole.emprise, await frameOf(page));
          assert.ok(share > 0.1 && share < 0.3, `class colours fill ${(share * 100).toFixed(1)} % of the box`);
          assert.ok(has(picture, style.classes, await at(page, PAU), 6), 'Pau is in a territory’s colour');
          assert.ok(has(picture, [style.land], await at(page, LANDES), 3), 'the Landes are plain land');
          assert.ok(!has(picture, style.classes, await at(page, LANDES), 3), 'the Landes are in no territory’s colour');
          assert.ok(has(picture, [style.sea], await at(page, GASCOGNE), 3), 'the bay of Biscay is sea');
          // Names come with the map, and lines are drawn by another engine: the grounds are the same.
          await wake(page);
          const live = await shot(page);
          const grounds = [...style.classes, style.land, style.sea];
          const { same, both } = agreement(picture, live, grounds, await frameOf(page));
          assert.ok(same / both > 0.985, `${((100 * same) / both).toFixed(2)} % of the grounds are the same`);
          assert.equal(await page.locator('#apercu').evaluate((image) => getComputedStyle(image).visibility), 'hidden');
        }, STILL);
      });

    test('whoever only looks is sent the picture and nothing of the map', async () => {
      await visit(options, '/', async (page) => {
        const asked = [];
        page.on('request', (request) => asked.push(new URL(request.url()).pathname));
        await page.reload();
        await pictured(page);
        await page.waitForTimeout(1500);
        assert.deepEqual(asked.filter((path) => MAP_FILES.test(path)), []);
        assert.ok(asked.some((path) => /^\/apercu\/metropole\/neutre(-large)?\.png$/.test(path)));
        assert.ok(!asked.some((path) => /sombre/.test(path)), 'the picture of the night is left where it is');
        const encarts = asked.filter((path) => /^\/apercu\/(?!metropole)/.test(path));
        if (options.isMobile) assert.deepEqual(encarts, [], 'the small pictures have no place on a phone');
      }, STILL);
    });

    test('a touch of the picture is answered as one of the map, which then opens on the same view', async () => {
      await visit({ ...options, ...CALM }, '/', async (page) => {
        await pictured(page);
        const { x, y } = await at(page, PAU);
        if (options.hasTouch) await page.touchscreen.tap(x, y);
        else await page.mouse.click(x, y);
        const verdict = page.locator('#reponse > .verdict');
        await verdict.waitFor();
        assert.match(plain(await verdict.textContent()), /^Oui\. .+ fait partie du Territoire d’industrie Lacq – Pau – Tarbes\b/);
        assert.match(hash(page), /^#carte=[45]\.\d+\/[34]\d\.\d+\/-?[0-2]\.\d+&point=-0\.\d+,43\.\d+$/);
        await quiet(page);
        assert.ok((await outlined(page)) > 40, 'the territory is outlined on the map');
        await shot(page, `${screen}-apercu-touche`);
      }, STILL);
    });
  });
}

test('what is dragged before the map is there stays under the pointer, and the map takes over from it', async () => {
  await visit({ ...SCREENS.bureau, ...CALM }, '/', async (page) => {
    await pictured(page);
    const scene = withResolvers();
    await page.route('**/carte-scene-*', async (route) => {
      await scene.promise;
      await route.continue();
    });
    const { x, y } = await at(page, PAU);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y - 40, { steps: 4 });
    await page.mouse.up();
    const moved = { x: x + 60, y: y - 40 };
    const { classes, sea } = styles.light;
    assert.ok(has(await shot(page), classes, moved, 6), 'the picture has followed');
    assert.equal(await page.locator('#reponse').textContent(), '', 'a drag asks nothing');
    scene.resolve();
    await quiet(page);
    assert.match(hash(page), /^#carte=/);
    const live = await shot(page, 'bureau-apercu-glisse');
    assert.ok(has(live, classes, moved, 6), 'the map is where the picture was left');
    const bay = await at(page, GASCOGNE);
    assert.ok(has(live, [sea], { x: bay.x + 60, y: bay.y - 40 }, 3));
  }, STILL);
});

test('the wheel and the buttons bring the picture nearer, and the map opens as near', async () => {
  for (const nearer of [(page) => page.getByRole('button', { name: 'Agrandir la carte' }).click(), (page) => page.mouse.wheel(0, -450)])
    await visit({ ...SCREENS.bureau, ...CALM }, '/', async (page) => {
      await pictured(page);
      const { x, y } = await at(page, { lon: 2.2, lat: 46.4 });
      await page.route('**/carte-scene-*', async (route) => {
        await page.waitForTimeout(600); // the map comes after the gesture
        await route.continue();
      });
      await page.mouse.move(x, y);
      await nearer(page);
      await page.waitForFunction(() => /^#carte=5\.[6-9]/.test(location.hash));
      await quiet(page);
    }, STILL);
});

test('a key, or the search, is enough to have the map come', async () => {
  for (const act of [(page) => page.keyboard.press('Tab'), (page) => page.getByRole('combobox', { name: /commune/ }).click()])
    await visit(SCREENS.telephone, '/', async (page) => {
      await pictured(page);
      await act(page);
      await quiet(page);
      assert.equal(hash(page), '');
    }, STILL);
});

test('a colour, a phase or a place chosen on the picture is that of the map', async () => {
  await visit({ ...SCREENS.bureau, ...CALM }, '/', async (page) => {
    await pictured(page);
    await page.getByLabel('Colorer par').selectOption('regions');
    await page.locator('[data-lieu="corse"]').click();
    await quiet(page);
    assert.equal(hash(page), '#lieu=corse&theme=regions');
    const { classes } = colours(await fetchStyle('regions'));
    const clip = await frameOf(page);
    assert.ok(count(decode(await page.screenshot({ clip })), classes).total > 1000);
  }, STILL);
});

test('an address that asks for more than the first view has the map come by itself', async () => {
  for (const address of ['/#theme=regions', '/#lieu=guadeloupe', '/integration#commune=64445'])
    await visit(SCREENS.bureau, address, (page) => quiet(page), STILL);
});

test('on a desk each small place has its picture, until its small map is drawn', async () => {
  await visit({ ...SCREENS.bureau, ...CALM }, '/', async (page) => {
    await pictured(page);
    const pictures = page.locator('.encart img');
    await page.waitForFunction(() => [...document.querySelectorAll('.encart img')].every((image) => image.complete && image.naturalWidth > 0));
    assert.equal(await pictures.count(), Object.values(LIEUX).filter(({ encart }) => encart).length);
    const clip = await page.locator('#lieux').boundingBox();
    const before = count(decode(await page.screenshot({ clip })), styles.light.classes).total;
    assert.ok(before > 1500, `${before} pixels of the territories’ colours`);
    await wake(page);
    await page.locator('[data-encarts="dessines"]').waitFor();
    assert.ok(await pictures.first().isHidden());
    const after = count(decode(await page.screenshot({ clip })), styles.light.classes).total;
    assert.ok(Math.abs(after / before - 1) < 0.25, `${before} pixels before, ${after} after`);
  }, STILL);
});

test('on paper, the picture is printed where no map was wanted', async () => {
  await visit({ viewport: { width: 700, height: 1000 }, ...CALM }, '/', async (page) => {
    await pictured(page);
    await page.emulateMedia({ media: 'print' });
    const printed = await shot(page, 'papier-apercu');
    assert.ok(count(printed, styles.light.classes).total > 15_000);
  }, STILL);
});

/** Of the pixels of the frame that have one of the grounds' colours in both pictures, how many have the same. */
function agreement(a, b, grounds, frame) {
  let [same, both] = [0, 0];
  const wanted = grounds.map((hex) => [1, 3, 5].map((from) => Number.parseInt(hex.slice(from, from + 2), 16)));
  const ground = ({ data }, i) => wanted.findIndex((colour) => colour.every((value, channel) => Math.abs(data[i + channel] - value) <= 4));
  for (let y = Math.ceil(frame.y); y < frame.y + frame.height; y++)
    for (let x = Math.ceil(frame.x); x < frame.x + frame.width; x++) {
      const i = (y * a.width + x) * 4;
      const [one, other] = [ground(a, i), ground(b, i)];
      if (one < 0 || other < 0) continue;
      both++;
      if (one === other) same++;
    }
  return { same, both };
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}
