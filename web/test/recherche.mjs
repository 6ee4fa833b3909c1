// What people ask of the front page, by every way of asking: a name, an address, a position, a link, the keyboard; and
// what stays when the map, the script or the screen is not there.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PAU, SCREENS, colours, fetchStyle, lend, outlined, picturePath, plain, quiet, service, shot, visit, withoutWebgl } from './navigateur.mjs';
import { count, decode } from './pixels.mjs';

const CALM = { reducedMotion: 'reduce' };
const BUREAU = { ...SCREENS.bureau, ...CALM };
const TELEPHONE = { ...SCREENS.telephone, ...CALM };
const FENETRE = { viewport: { width: 800, height: 560 }, ...CALM }; // as the desk, with fewer pixels to draw

const box = (page) => page.getByRole('combobox', { name: /commune/ });
const options = (page) => page.getByRole('listbox', { name: 'Propositions' }).getByRole('option');
const verdict = (page) => page.locator('#reponse > .verdict');
const hash = (page) => new URL(page.url()).hash;

/** Types a text and waits for what is proposed for it. */
async function propose(page, text) {
  await box(page).fill(text);
  await page.locator('.proposition[data-adresse]', { hasText: text }).waitFor();
}

/** Waits for an answer that says this. */
async function answered(page, pattern) {
  await page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('#reponse').textContent.replace(/[\u00a0\u202f]/g, ' ')) && !document.querySelector('#reponse[aria-busy]'),
    pattern.source,
  );
  return plain(await page.locator('#reponse').innerText());
}

for (const [screen, settings] of Object.entries({ bureau: BUREAU, telephone: TELEPHONE })) {
  test(`${screen}: « Pau » is found, answered and drawn, with its eleven members`, async () => {
    await visit(settings, '/', async (page) => {
      await propose(page, 'Pau');
      assert.equal(await box(page).getAttribute('aria-expanded'), 'true');
      const row = page.locator('.proposition', { has: page.locator('.proposition-nom', { hasText: /^Pau$/ }) }).first();
      assert.match(plain(await row.innerText()), /^Pau\n+Pyrénées-Atlantiques \(64\)\n+oui$/);
      assert.equal(await row.locator('mark').textContent(), 'Pau');
      const groups = await page.locator('.propositions-groupe').allTextContents();
      assert.deepEqual(groups, ['Territoires', 'Intercommunalités', 'Communes', 'Adresses'].filter((group) => groups.includes(group)));
      assert.ok(groups.includes('Communes'));
      await shot(page, `${screen}-recherche-propositions`);

      await row.click();
      const said = await answered(page, /Lacq – Pau – Tarbes/);
      assert.match(said, /^Oui\. Pau fait partie du Territoire d’industrie Lacq – Pau – Tarbes/);
      assert.match(said, /\d+ communes · \d+ \d{3} habitants · \d+ \d{3} km²/);
      assert.equal(await page.locator('.membre').count(), 11);
      assert.equal(await page.locator('.membre[aria-current]').innerText(), 'CA Pau Béarn Pyrénées');
      assert.equal(await page.getByRole('link', { name: 'Voir la fiche complète' }).getAttribute('href'), '/territoires/temps-2/ti-7510');
      assert.equal(hash(page), '#commune=64445');
      assert.ok(await page.locator('.propositions').isHidden());
      await quiet(page);
      await shot(page, `${screen}-recherche-pau`);
      const drawn = await outlined(page);
      assert.ok(drawn > 400, `${drawn} pixels of the chosen territory’s outline`);
    });
  });
}

test('a homonym is a choice, each with its own answer', async () => {
  await visit(TELEPHONE, '/', async (page) => {
    await box(page).fill('Saint-Denis');
    await page.keyboard.press('Enter');
    const said = await answered(page, /^Cela dépend/);
    const choices = page.locator('.candidat');
    assert.ok((await choices.count()) >= 2, said);
    assert.match(said, /Saint-Denis \(93\)/);
    await shot(page, 'telephone-homonyme');
    await choices.filter({ hasText: '(974)' }).click();
    await answered(page, /^(Oui|Non)\. Saint-Denis/);
    assert.equal(hash(page), '#commune=97411');
  });
});

test('an address is asked as it is written', async () => {
  await visit(FENETRE, '/', async (page) => {
    await propose(page, '2 place Royale, 64000 Pau');
    await page.locator('.proposition[data-adresse]').click();
    await answered(page, /^Oui\. .*Lacq – Pau – Tarbes/);
    assert.equal(hash(page), '#adresse=2+place+Royale,+64000+Pau');
    await page.reload();
    await answered(page, /^Oui\./);
    assert.equal(await box(page).inputValue(), '2 place Royale, 64000 Pau');
  });
});

test('what nothing is called says what would work, and still asks', async () => {
  await visit(FENETRE, '/', async (page) => {
    await propose(page, 'zzqqxxyyzz');
    assert.match(await page.locator('.propositions-phrase').innerText(), /Rien ne porte ce nom\. Essayez le nom d’une commune/);
    assert.equal(await options(page).count(), 1);
    await shot(page, 'fenetre-recherche-rien');
    await page.getByRole('button', { name: 'Effacer le texte' }).click();
    assert.equal(await box(page).inputValue(), '');
    assert.ok(await page.locator('.propositions').isHidden());
  });
});

test('a place outside names the nearest territory, and shows it', async () => {
  await visit(BUREAU, '/#commune=33009', async (page) => {
    const said = await answered(page, /^Non\. Arcachon/);
    assert.match(said, /Le plus proche, .+, commence à [\d,]+ km\./);
    await quiet(page);
    await shot(page, 'bureau-non');
    await page.getByRole('button', { name: /^Voir / }).click();
    await answered(page, /est un Territoire d’industrie de la période 2023-2027/);
    assert.match(hash(page), /^#territoire=temps-2\/ti-\d+$/);
  });
});

test('the position is asked for only on request, and answered', async () => {
  const settings = { ...TELEPHONE, geolocation: { longitude: PAU.lon, latitude: PAU.lat, accuracy: 20 }, permissions: ['geolocation'] };
  await visit(settings, '/', async (page) => {
    assert.equal(await page.locator('#reponse').textContent(), '');
    await page.locator('#poignee').click();
    await page.getByRole('button', { name: /Suis-je dans un Territoire/ }).click();
    await answered(page, /^Oui\. Pau/);
    assert.match(hash(page), /^#point=-0\.3708,43\.2951$/);
  });
});

test('a position far from France, or refused, is a sentence that says what to do', async () => {
  const far = { ...FENETRE, geolocation: { longitude: -74, latitude: 40.7 }, permissions: ['geolocation'] };
  await visit(far, '/', async (page) => {
    await page.getByRole('button', { name: /Suis-je dans un Territoire/ }).click();
    await answered(page, /loin de la France\. Tapez le nom/);
    assert.equal(hash(page), '');
    await page.context().clearPermissions();
    await page.getByRole('button', { name: /Suis-je dans un Territoire/ }).click();
    await answered(page, /n’a pas été autorisée\. Tapez plutôt/);
    assert.equal(await page.getByRole('button', { name: 'Réessayer' }).count(), 0);
  });
});

test('Back and Forward go through the questions', async () => {
  await visit(FENETRE, '/', async (page) => {
    for (const [text, said] of [['Pau', /^Oui\. Pau/], ['Arcachon', /^Non\. Arcachon/]]) {
      await box(page).fill(text);
      await page.keyboard.press('Enter');
      await answered(page, said);
    }
    await page.goBack();
    await answered(page, /^Oui\. Pau/);
    assert.equal(await box(page).inputValue(), 'Pau');
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('#reponse').textContent === '');
    assert.equal(await box(page).inputValue(), '');
    await page.goForward();
    await answered(page, /^Oui\. Pau/);
    assert.equal(hash(page), '#commune=64445');
  });
});

test('themes and phases change the map, its legend and the answer, and stand in the address', async () => {
  await visit(BUREAU, '/#commune=64445', async (page) => {
    await answered(page, /^Oui\./);
    await page.locator('#legende summary').click();
    for (const theme of ['regions', 'evolution', 'rebond-industriel']) {
      await page.getByLabel('Colorer par').selectOption(theme);
      await quiet(page);
      const said = (await fetchStyle(theme)).metadata['territoires:legende'];
      const legend = await page.locator('#legende').innerText();
      for (const { texte } of said) assert.ok(legend.includes(texte), `${theme}: ${legend}`);
      assert.ok((await outlined(page)) > 400, 'the chosen territory is still outlined');
      assert.equal(hash(page), `#commune=64445&theme=${theme}`);
    }
    assert.match(await page.locator('#legende').innerText(), /Liste partielle/);
    await page.locator('.phases label').filter({ hasText: 'Temps 1' }).click();
    await answered(page, /2018-2022/);
    assert.equal(hash(page), '#commune=64445&phase=temps-1');
    assert.ok(await page.locator('#theme option[value="evolution"]').isDisabled());
    await quiet(page);
    await shot(page, 'bureau-temps-1');
    await page.goBack();
    await answered(page, /2023-2027/);
    assert.equal(await page.getByLabel('Colorer par').inputValue(), 'rebond-industriel');
  });
});

test('each theme draws the whole country in its own colours, by day and by night', async () => {
  await visit({ ...BUREAU, colorScheme: 'dark' }, '/#theme=regions', async (page) => {
    for (const [theme, colorScheme] of [['regions', 'dark'], ['evolution', 'dark'], ['rebond-industriel', 'light']]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.getByLabel('Colorer par').selectOption(theme);
      await quiet(page);
      const style = await fetchStyle(colorScheme === 'dark' ? `${theme}-sombre` : theme);
      const colours = style.metadata['territoires:legende'].flatMap(({ couleurs }) => couleurs);
      const { counts } = count(await shot(page, `bureau-${colorScheme}-${theme}`), [...new Set(colours)]);
      // The service may not know of any laureate yet.
      assert.ok(counts.filter((n) => n > 300).length >= counts.length - (theme === 'rebond-industriel' ? 1 : 0), `${theme}, ${colorScheme}: ${counts}`);
    }
  });
});

test('a member of the list lights on the map, and the reverse', async () => {
  await visit(BUREAU, '/#territoire=temps-2/ti-7510', async (page) => {
    await answered(page, /est un Territoire d’industrie/);
    await quiet(page);
    const frame = await page.locator('#cadre').boundingBox();
    const before = await page.screenshot({ clip: frame });
    await page.locator('.membre').first().focus();
    await quiet(page);
    await page.waitForTimeout(300);
    const lit = await page.screenshot({ clip: frame, path: picturePath('bureau-membre.png') });
    assert.ok(!before.equals(lit), 'the map changes');
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height / 2);
    await page.locator('.membre.eclaire').waitFor();
    assert.equal(await page.locator('.membre.eclaire').count(), 1);
  });
});

test('the keyboard alone: to the search, through the list, to the members and out', async () => {
  await visit(FENETRE, '/', async (page) => {
    for (let i = 0; i < 5 && !(await box(page).evaluate((e) => e === document.activeElement)); i++) await page.keyboard.press('Tab');
    await page.keyboard.type('Lacq');
    await page.locator('.proposition[data-adresse]', { hasText: 'Lacq' }).waitFor();
    const active = async () => page.evaluate(() => document.getElementById(document.querySelector('#q').getAttribute('aria-activedescendant'))?.textContent ?? null);
    assert.equal(await active(), null);
    await page.keyboard.press('ArrowDown');
    const first = await active();
    await page.keyboard.press('End');
    assert.match(await active(), /Chercher l’adresse/);
    await page.keyboard.press('ArrowDown');
    assert.equal(await active(), first, 'the list goes round');
    await page.keyboard.press('ArrowUp');
    assert.match(await active(), /Chercher l’adresse/);
    await page.keyboard.press('Home');
    assert.equal(await active(), first);
    assert.equal(await page.locator('[aria-selected="true"]').count(), 1);
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('.propositions').isHidden());
    assert.equal(await box(page).inputValue(), 'Lacq');
    await page.keyboard.press('ArrowDown');
    await page.locator('[aria-selected="true"]').waitFor();
    await page.keyboard.press('Enter');
    await answered(page, /Lacq/);
    // What has the focus can be seen, and is as large as a finger.
    const seen = new Set();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      const here = await page.evaluate(() => {
        const e = document.activeElement;
        const { width, height } = (e.closest('label') ?? e).getBoundingClientRect();
        return { what: `${e.tagName} ${e.className} ${e.textContent.slice(0, 30)}`, canvas: e.matches('.maplibregl-canvas'), width, height, inline: e.matches('.sources a') };
      });
      seen.add(here.what);
      if (here.canvas) break;
      assert.ok(here.inline || (here.width >= 44 && here.height >= 44), `${here.what}: ${here.width} × ${here.height}`);
    }
    assert.ok([...seen].some((what) => what.startsWith('CANVAS')), `the map is reached: ${[...seen].join(', ')}`);
  });
});

test('in another page’s frame: the map, a search, an answer, and the way to the whole page', async () => {
  await visit({ ...BUREAU, viewport: { width: 640, height: 480 } }, '/integration', async (page) => {
    assert.ok(await page.locator('h1').isHidden());
    await box(page).fill('Pau');
    await page.keyboard.press('Enter');
    await answered(page, /^Oui\. Pau/);
    assert.equal(new URL(page.url()).pathname, '/integration');
    assert.equal(await page.locator('#page-entiere').getAttribute('href'), '/#commune=64445');
    await quiet(page);
    await shot(page, 'integration');
  });
});

test('what is shared is the view, and a frame of it', async () => {
  await visit({ ...FENETRE, permissions: ['clipboard-read', 'clipboard-write'] }, '/#commune=64445', async (page) => {
    await answered(page, /^Oui\./);
    await page.getByText('Partager', { exact: true }).click();
    await page.waitForFunction(() => document.querySelector('#partage-adresse').value !== '');
    assert.equal(await page.getByLabel('Adresse de cette vue').inputValue(), `${service.url}/#commune=64445`);
    assert.match(await page.getByLabel('Pour l’intégrer').inputValue(), /^<iframe src="http[^"]*\/integration#commune=64445" title="[^"]+" .*><\/iframe>$/);
    await page.getByRole('button', { name: 'Copier l’adresse' }).click();
    await page.getByText('Adresse copiée.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${service.url}/#commune=64445`);
  });
});

test('on paper: one sheet with the sentence, the members and the map', async () => {
  await visit({ ...BUREAU, colorScheme: 'dark' }, '/#commune=64445', async (page) => {
    await answered(page, /^Oui\./);
    await quiet(page);
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false });
    await writeFile(picturePath('impression.pdf'), pdf);
    assert.equal(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length, 1, 'one sheet');
    assert.match(pdf.toString('latin1'), /\/Subtype\s*\/Image/, 'the map is on it');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.recherche').isHidden());
    assert.ok(await verdict(page).isVisible());
  });
});

test('without WebGL the search answers, and the list is one link away', async () => {
  await lend(BUREAU, async (page) => {
    await withoutWebgl(page);
    await page.goto(service.url);
    // The map is wanted once somebody asks; until then its picture is there.
    await box(page).fill('Pau');
    await page.keyboard.press('Enter');
    await answered(page, /^Oui\. Pau/);
    assert.equal(await page.locator('.membre').count(), 11);
    await page.locator('#carte-avis').waitFor();
    assert.equal(await page.locator('#carte-avis a').getAttribute('href'), '/territoires');
  });
});

test('without JavaScript the search is a form that a page answers', async () => {
  await lend({ ...SCREENS.bureau, javaScriptEnabled: false }, async (page) => {
    await page.goto(service.url);
    const form = page.locator('form[role="search"]');
    assert.equal(await form.getAttribute('action'), '/reponse');
    assert.equal(await form.getAttribute('method'), 'get');
    assert.equal(await form.locator('[name="adresse"]').count(), 1);
    assert.ok(await form.getByRole('button', { name: 'Chercher' }).isVisible());
    assert.ok(await page.locator('#position').isHidden());
  });
});

test('on a wide screen the overseas départements and Île-de-France are small maps, as the large one is drawn', async () => {
  await visit(BUREAU, '/', async (page) => {
    const drawn = () => page.locator('#lieux[data-encarts="dessines"]').waitFor();
    const picture = (place) => page.locator(`[data-lieu="${place}"] canvas`).evaluate((canvas) => canvas.toDataURL());
    await drawn();
    assert.equal(await page.locator('#lieux canvas').count(), 7, 'six copies, and the one hidden map they are made on');
    const { classes } = await colours(await fetchStyle('neutre'));
    for (const place of ['guadeloupe', 'martinique', 'guyane', 'la-reunion', 'mayotte', 'ile-de-france']) {
      const box = await page.locator(`[data-lieu="${place}"] canvas`).boundingBox();
      assert.ok(count(decode(await page.screenshot({ clip: box })), classes).total > 150, place);
    }
    const before = await picture('la-reunion');
    await page.getByLabel('Colorer par').selectOption('evolution');
    await page.waitForFunction(() => !document.querySelector('#lieux').dataset.encarts);
    await drawn();
    assert.notEqual(await picture('la-reunion'), before, 'a theme is theirs too');
    await page.locator('[data-lieu="mayotte"] canvas').hover();
    await page.locator('#bulle').waitFor();
    await page.getByRole('link', { name: 'Mayotte' }).click();
    await quiet(page);
    assert.equal(hash(page), '#lieu=mayotte&theme=evolution');
    await shot(page, 'bureau-encarts');
  });
  await visit(TELEPHONE, '/', async (page) => assert.equal(await page.locator('#lieux canvas').count(), 0));
});
