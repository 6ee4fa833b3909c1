import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIEUX } from '../src/lieux.js';
import { ecrire, lire } from '../src/vue.js';

test('what is written is read back', () => {
  const vues = [
    {},
    { lieu: 'la-reunion' },
    { lieu: 'corse', point: { lon: 9.1, lat: 42.2 } },
    { carte: { zoom: 8.25, lat: 43.2951, lon: -0.3708 } },
    { carte: { zoom: 5, lat: 46.5, lon: 2 }, point: { lon: -61.55, lat: 16.25 } },
    { point: { lon: 55.5, lat: -21.1 } },
  ];
  for (const vue of vues) assert.deepEqual(lire(ecrire(vue)), vue);
});

test('what is not understood or out of range is left out', () => {
  for (const faux of ['#lieu=atlantide', '#lieu=constructor', '#carte=5/91/0', '#carte=99/45/2', '#carte=a/b/c', '#point=200,45', '#point=2', '#point=1e3,2', '#%E0%A4%A', '#'])
    assert.deepEqual(lire(faux), {}, faux);
});

test('every part of France has bounds that are a box', () => {
  for (const [id, { nom, emprise }] of Object.entries(LIEUX)) {
    const [west, south, east, north] = emprise;
    assert.ok(nom && west < east && south < north, id);
  }
});
