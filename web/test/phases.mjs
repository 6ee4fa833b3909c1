// What lies between the two phases, and between the map and the list: the comparison, the territory that another
// phase has in the same place, the filters that both share, and a sheet of paper asked for at night.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCREENS, colours, fetchStyle, plain, quiet, shot, visit } from './navigateur.mjs';
import { count, decode } from './pixels.mjs';

const CALM = { reducedMotion: 'reduce' };
const FENETRE = { viewport: { width: 800, height: 560 }, ...CALM };
const hash = (page) => new URL(page.url()).hash;
const said = async (page) => plain(await page.locator('#reponse').innerText());
const phase = (page, name) => page.locator('.phases label').filter({ hasText: name }).click();

for (const [screen, settings] of Object.entries(SCREENS)) {
  test(`${screen}: both phases are compared across a line that the keyboard moves`, async () => {
    await visit({ ...settings, ...CALM }, '/', async (page) => {
      if (screen === 'telephone') await page.locator('#poignee').click();
      const button = page.getByRole('button', { name: 'Comparer les deux périodes' });
      await button.click();
      const line = page.getByRole('slider', { name: 'Limite entre 2018-2022, à gauche, et 2023-2027, à droite' });
      await line.waitFor();
      await page.locator('.comparaison-toile[data-prete]').waitFor();
      await quiet(page);
      assert.equal(hash(page), '#comparer=50');
      assert.equal(await button.getAttribute('aria-pressed'), 'true');
      // In the legend too, which side is which.
      assert.match(plain(await page.locator('#legende-cotes').textContent()), /À gauche du trait : 2018-2022\. À droite : 2023-2027\./);
      const half = await shot(page, `${screen}-comparaison`);
      await line.press('ArrowRight');
      await page.waitForFunction(() => location.hash === '#comparer=51');
      await line.press('Home');
      await page.waitForFunction(() => location.hash === '#comparer=0');
      assert.match(await line.getAttribute('aria-valuetext'), /^0 % de la carte en 2018-2022$/);
      const right = await shot(page);
      assert.ok(!half.data.equals(right.data), 'the line uncovers the later phase');
      // The address holds it; a phase alone ends it.
      await page.reload();
      await line.waitFor();
      assert.equal(await line.inputValue(), '0');
      await phase(page, 'Temps 1');
      await line.waitFor({ state: 'detached' });
      assert.equal(hash(page), '#phase=temps-1');
    });
  });
}

test('a territory that was one territory before stays open in the other phase, and comes back', async () => {
  await visit(FENETRE, '/#territoire=temps-2/ti-7510', async (page) => {
    await page.locator('#reponse .fiche').waitFor();
    await phase(page, 'Temps 1');
    await page.waitForFunction(() => /territoire=temps-1/.test(location.hash));
    await page.locator('#reponse .fiche').waitFor();
    assert.match(await said(page), /est un Territoire d’industrie de la période 2018-2022/);
    await phase(page, 'Temps 2');
    await page.waitForFunction(() => /territoire=temps-2\/ti-7510/.test(location.hash));
  });
});

test('a territory without its like in the other phase says so, and names what is there', async () => {
  await visit(FENETRE, '/#territoire=temps-2/ti-5301', async (page) => {
    await page.locator('#reponse .fiche').waitFor();
    await phase(page, 'Temps 1');
    await page.getByText('n’a pas d’équivalent unique').waitFor();
    assert.match(await said(page), /^Baie d’Armor Industrie n’a pas d’équivalent unique dans la période 2018-2022/);
    await page.getByRole('button', { name: 'Lamballe Terre et Mer' }).click();
    await page.waitForFunction(() => /territoire=temps-1\/ti-5303/.test(location.hash));
  });
});

test('the filters of the list are those of the map', async () => {
  await visit(FENETRE, '/#region=Occitanie', async (page) => {
    await page.getByText('territoires sur 183').waitFor();
    assert.match(plain(await page.locator('#filtre-phrase').innerText()), /^\d+ territoires sur 183 : région Occitanie$/);
    const kept = Number.parseInt(await page.locator('#filtre-phrase').innerText(), 10);
    const { classes } = colours(await fetchStyle('neutre'));
    const clip = await page.locator('#cadre').boundingBox();
    const coloured = async () => count(decode(await page.screenshot({ clip })), classes).total;
    const few = await coloured();
    assert.ok(few > 100, 'those that are kept have their colours');
    await shot(page, 'fenetre-filtre');
    await page.getByRole('button', { name: 'Tout montrer' }).click();
    await quiet(page);
    // The filter framed what it kept: the whole country is another picture.
    assert.notEqual(await coloured(), few);
    assert.equal(hash(page), '');
    await page.goBack();
    await page.getByRole('link', { name: 'Voir en liste' }).click();
    assert.equal(new URL(page.url()).search, '?region=Occitanie');
    assert.match(plain(await page.locator('.compte').innerText()), new RegExp(`^${kept} territoires sur 183`));
  });
});

test('at night, the picture that is printed is one of the day', async () => {
  await visit({ ...FENETRE, colorScheme: 'dark' }, '/', async (page) => {
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const light = await page.locator('#impression').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let bright = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] > 450) bright++;
      return bright / (data.length / 4);
    });
    assert.ok(light > 0.7, `${Math.round(light * 100)} % of the picture is light`);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  });
});
