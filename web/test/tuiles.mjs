import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIEUX } from '../src/lieux.js';
import { tuilesDe } from '../src/tuiles.js';

const PHONE = { width: 390, height: 844 };
const padding = { top: 120, right: 12, bottom: 168, left: 12 };

test('the tiles of a point’s view surround it', () => {
  assert.deepEqual(tuilesDe({ center: [0, 0], zoom: 3 }, { width: 500, height: 500 }), [[3, 3, 3], [3, 3, 4], [3, 4, 3], [3, 4, 4]]);
  assert.deepEqual(tuilesDe({ center: [-0.3708, 43.2951], zoom: 8.4 }, { width: 10, height: 10 }), [[8, 127, 93]]);
});

test('the tiles of framed bounds are those at the zoom that fits them, and no others', () => {
  const tiles = tuilesDe({ bounds: LIEUX.metropole.emprise, fitBoundsOptions: { padding, maxZoom: 11 } }, PHONE);
  assert.deepEqual(new Set(tiles.map(([z]) => z)), new Set([4]));
  assert.ok(tiles.length >= 4 && tiles.length <= 6, String(tiles));
  for (const wanted of ['4,7,5', '4,8,5']) assert.ok(tiles.some((tile) => String(tile) === wanted), wanted);
});

test('no tile lies beyond the world or the greatest zoom asked for', () => {
  assert.deepEqual(tuilesDe({ center: [0, 0], zoom: 0 }, { width: 4000, height: 4000 }), [[0, 0, 0]]);
  const [[zoom]] = tuilesDe({ bounds: [2.35, 48.85, 2.351, 48.851], fitBoundsOptions: { padding, maxZoom: 11 } }, PHONE);
  assert.equal(zoom, 11);
});
