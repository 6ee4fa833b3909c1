// The map styles are valid, speak only of tiles and fonts that are served, and differ between day and night
// by nothing but colour.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';

const root = new URL('../../', import.meta.url);
const read = async (path) => readFile(new URL(path, root), 'utf8');
const styles = {
  clair: JSON.parse(await read('styles/neutre.json')),
  sombre: JSON.parse(await read('styles/neutre-sombre.json')),
};
const COLOUR = /^(#[0-9a-f]{6}|rgba\(.*\))$/;
const LEVELS = ['temps-2', 'temps-1', 'epci', 'communes', 'departements', 'regions', 'pays'];

for (const [name, style] of Object.entries(styles)) {
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
