// The map styles are valid, speak only of tiles and fonts that are served, and differ between day and night
// by nothing but colour.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { EVOLUTION, REBOND, REGIONS, TEINTES, deriver, neutres } from '../build/styles.mjs';
import './phases-ecrites.mjs';
import { PHASES } from '../src/programme.js';
import { habiller } from '../src/style-de-carte.js';
import { THEMES } from '../src/themes.js';
import { DEFICIENCES, ecart, enOklab } from './couleurs.mjs';

const root = new URL('../../', import.meta.url);
const read = async (path) => readFile(new URL(path, root), 'utf8');
const styles = {
  clair: JSON.parse(await read('styles/neutre.json')),
  sombre: JSON.parse(await read('styles/neutre-sombre.json')),
};
const derived = deriver(await neutres(new URL('styles/', root)));
const all = { 'neutre.json': styles.clair, 'neutre-sombre.json': styles.sombre };
for (const [file, text] of Object.entries(derived)) all[file] = JSON.parse(text);
const COLOUR = /^(#[0-9a-f]{6}|rgba\(.*\))$/;
const LEVELS = ['temps-2', 'temps-1', 'epci', 'communes', 'departements', 'regions', 'pays'];

for (const [name, style] of Object.entries(all)) {
  test(`${name}: is a valid style`, () => {
    assert.deepEqual(validateStyleMin(style), []);
  });

  test(`${name}: every layer draws a tile layer its source asks for`, () => {
    for (const source of Object.values(style.sources)) {
      const layers = /^\/tiles\/([a-z0-9,-]+)\.json$/.exec(source.url)[1].split(',');
      for (const layer of layers) assert.ok(LEVELS.includes(layer.replace(/-etiquettes$/, '')), layer);
    }
    for (const layer of style.layers.filter((one) => one.source)) {
      const asked = /\/tiles\/(.*)\.json/.exec(style.sources[layer.source].url)[1].split(',');
      assert.ok(asked.includes(layer['source-layer']), `${layer.id}: ${layer['source-layer']}`);
    }
  });

  test(`${name}: communes are not asked for in an overview`, () => {
    for (const layer of style.layers.filter((one) => one.source === 'communes')) assert.ok(layer.minzoom >= 9, layer.id);
    for (const layer of style.layers.filter((one) => one.source === 'epci')) assert.ok(layer.minzoom >= 8, layer.id);
  });

  test(`${name}: names the fonts that the page serves, and nothing of another origin`, () => {
    const fonts = Object.keys(style['font-faces']);
    for (const { layout } of style.layers) for (const font of layout?.['text-font'] ?? []) assert.ok(fonts.includes(font), font);
    for (const url of Object.values(style['font-faces'])) assert.match(url, /^\/assets\/source-sans-3-latin-(400|600)-normal\.woff2$/);
    assert.doesNotMatch(JSON.stringify(style), /:\/\//);
  });
}

test('the themes that are served are those their source makes', async () => {
  for (const [file, text] of Object.entries(derived)) assert.equal(await read(`styles/${file}`), text, `${file}: run node build/styles.mjs`);
});

test('every theme of the page has its two styles, and says what its colours mean', () => {
  for (const theme of Object.keys(THEMES)) {
    for (const file of [`${theme}.json`, `${theme}-sombre.json`]) {
      assert.ok(all[file], file);
      if (theme === 'neutre') continue;
      const said = all[file].metadata['territoires:legende'].flatMap(({ couleurs }) => couleurs);
      const drawn = JSON.stringify(all[file].layers.find(({ id }) => id === 'temps-2-fond').paint['fill-color']);
      for (const colour of said) assert.ok(drawn.includes(colour), `${file}: ${colour} is in the legend only`);
    }
  }
});

test('as the page draws them, for either phase, the styles are valid and keep their layers', () => {
  for (const [file, style] of Object.entries(all)) {
    for (const phase of Object.keys(PHASES)) {
      const drawn = habiller(style, phase);
      assert.deepEqual(validateStyleMin(drawn), [], `${file} ${phase}`);
      assert.ok(drawn.sources.territoires.url.includes(`/${phase},`));
      assert.deepEqual(Object.values(drawn.sources.territoires.promoteId), ['id', 'id']);
      for (const layer of drawn.layers.filter(({ source }) => source === 'territoires')) assert.ok(layer['source-layer'].startsWith(phase), layer.id);
      // What members are drawn with costs nothing until there are some.
      for (const layer of drawn.layers.filter(({ id }) => id.startsWith('membres-'))) assert.equal(layer.layout.visibility, 'none');
    }
  }
});

// Land borders of the régions of the métropole, each once.
const NEIGHBOURS = {
  'Auvergne-Rhône-Alpes': ['Bourgogne-Franche-Comté', 'Centre-Val de Loire', 'Nouvelle-Aquitaine', 'Occitanie', 'Provence-Alpes-Côte d’Azur'],
  'Bourgogne-Franche-Comté': ['Grand Est', 'Île-de-France', 'Centre-Val de Loire'],
  Bretagne: ['Normandie', 'Pays de la Loire'],
  'Centre-Val de Loire': ['Île-de-France', 'Normandie', 'Nouvelle-Aquitaine', 'Pays de la Loire'],
  'Grand Est': ['Hauts-de-France', 'Île-de-France'],
  'Hauts-de-France': ['Île-de-France', 'Normandie'],
  'Île-de-France': ['Normandie'],
  Normandie: ['Pays de la Loire'],
  'Nouvelle-Aquitaine': ['Occitanie', 'Pays de la Loire'],
  Occitanie: ['Provence-Alpes-Côte d’Azur'],
};

test('every région has one hue, and neighbours do not share it', () => {
  const names = Object.values(REGIONS).flat();
  assert.equal(new Set(names).size, 18);
  assert.equal(names.length, 18);
  const hue = (region) => Object.keys(REGIONS).find((one) => REGIONS[one].includes(region));
  for (const [region, others] of Object.entries(NEIGHBOURS)) for (const other of others) assert.notEqual(hue(region), hue(other), `${region}, ${other}`);
});

test('no région shouts, and no two hues are one to colour-blind eyes', () => {
  for (const [mode, hues] of Object.entries(TEINTES)) {
    const colours = Object.values(hues);
    const lightness = colours.map((colour) => enOklab(colour)[0]);
    assert.ok(Math.max(...lightness) - Math.min(...lightness) < 0.08, `${mode}: ${lightness}`);
    for (const [i, a] of colours.entries())
      for (const b of colours.slice(i + 1))
        for (const eyes of Object.keys(DEFICIENCES)) assert.ok(ecart(a, b, eyes) > 0.045, `${mode}, ${eyes}: ${a} ${b} ${ecart(a, b, eyes)}`);
  }
});

test('an order of change is an order of lightness, away from the ground', () => {
  for (const [mode, scale] of [...Object.entries(EVOLUTION), ...Object.entries(REBOND)]) {
    const ground = enOklab(styles[mode].layers.find(({ id }) => id === 'regions-fond').paint['fill-color'])[0];
    const steps = Object.values(scale).map((colour) => Math.abs(enOklab(colour)[0] - ground));
    for (let i = 1; i < steps.length; i++) assert.ok(steps[i - 1] - steps[i] > 0.12, `${mode}: ${steps}`);
  }
});

test('day and night differ by nothing but colour', () => {
  const uncoloured = ({ layers, sources, ...rest }) => ({
    layers: JSON.parse(JSON.stringify(layers), (_, value) => (typeof value === 'string' && COLOUR.test(value) ? 'colour' : value)),
    sources,
    fonts: rest['font-faces'],
  });
  assert.deepEqual(uncoloured(styles.sombre), uncoloured(styles.clair));
});

test('the page’s own map colours are those of the styles', async () => {
  const css = await read('web/src/style/jetons.css');
  const [day, night] = css.split('@media (prefers-color-scheme: dark)');
  for (const [block, style] of [[day, styles.clair], [night, styles.sombre]]) {
    const token = (name) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(block)[1];
    const paint = (id, property) => style.layers.find((layer) => layer.id === id).paint[property];
    const classes = paint('temps-2-fond', 'fill-color');
    assert.equal(token('mer'), paint('mer', 'background-color'));
    assert.equal(token('terre'), paint('regions-fond', 'fill-color'));
    assert.equal(token('limite'), paint('temps-2-limite', 'line-color'));
    assert.equal(token('region'), paint('regions-limites', 'line-color'));
    assert.equal(token('departement'), paint('departements-limites-pointillees', 'line-color'));
    assert.equal(token('accent'), paint('temps-2-choisi-limite', 'line-color'));
    assert.equal(token('classe-0'), classes.at(-1));
    assert.equal(token('classe-1'), classes[3]);
    assert.equal(token('classe-2'), classes[5]);
  }
});
