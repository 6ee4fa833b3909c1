import assert from 'node:assert/strict';
import { test } from 'node:test';
import { date, distance, enumeration, insecables, ligneDeSource, majuscule, nombre, quantite } from '../src/texte.js';

test('numbers carry narrow no-break spaces', () => {
  assert.equal(nombre(533255), '533\u202f255');
  assert.equal(nombre(0), '0');
  assert.equal(quantite(5906.6, 'km²'), '5\u202f907\u00a0km²');
});

test('a distance has no more digits than a reader can use', () => {
  assert.equal(distance(7), '7\u00a0m');
  assert.equal(distance(853), '850\u00a0m');
  assert.equal(distance(994), '990\u00a0m');
  assert.equal(distance(995), '1\u00a0km');
  assert.equal(distance(4210), '4,2\u00a0km');
  assert.equal(distance(-4210), '4,2\u00a0km');
  assert.equal(distance(9960), '10\u00a0km');
  assert.equal(distance(12_400), '12\u00a0km');
});

test('dates are in words, the first of a month as 1er, and what is no date stays as it came', () => {
  assert.equal(date('2024-07-04'), '4\u00a0juillet\u00a02024');
  assert.equal(date('2026-01-01'), '1er\u00a0janvier\u00a02026');
  assert.equal(date('2026-01-11'), '11\u00a0janvier\u00a02026');
  assert.equal(date('2026-13-01'), '2026-13-01');
  assert.equal(date('lancement'), 'lancement');
  assert.equal(date(undefined), '');
});

test('the source line is built from what the answer says of its source', () => {
  const source = { producteur: 'ANCT', edition: '2024-07-04', cog: 2023, cogCommunes: 2026, licence: 'Licence Ouverte 2.0' };
  const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ');
  assert.equal(plain(ligneDeSource(source)), 'Liste ANCT du 4 juillet 2024 · communes au 1er janvier 2026 · Licence Ouverte 2.0');
  assert.match(plain(ligneDeSource({ ...source, cogCommunes: undefined })), /communes au 1er janvier 2023/);
  assert.equal(ligneDeSource({}), '');
});

test('signs stay with the word before them', () => {
  assert.equal(insecables('Lacq – Pau : « oui » ?'), 'Lacq\u00a0– Pau\u00a0: «\u00a0oui\u00a0»\u202f?');
});

test('names are enumerated', () => {
  assert.equal(enumeration([]), '');
  assert.equal(enumeration(['Landes']), 'Landes');
  assert.equal(enumeration(['Landes', 'Gers', 'Lot']), 'Landes, Gers et Lot');
  assert.equal(majuscule('cela dépend'), 'Cela dépend');
});
