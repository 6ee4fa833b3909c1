import assert from 'node:assert/strict';
import { test } from 'node:test';
import './phases-ecrites.mjs';
import { adresseDeListe, direFiltre, empriseDe } from '../src/filtre.js';
import { LIEUX } from '../src/lieux.js';
import { ecrire, estOrdinaire, habillage, lire, memeQuestion, questionDe } from '../src/vue.js';

test('what is written is read back', () => {
  const vues = [
    {},
    { lieu: 'la-reunion' },
    { lieu: 'corse', point: { lon: 9.1, lat: 42.2 } },
    { carte: { zoom: 8.25, lat: 43.2951, lon: -0.3708 } },
    { carte: { zoom: 5, lat: 46.5, lon: 2 }, point: { lon: -61.55, lat: 16.25 } },
    { point: { lon: 55.5, lat: -21.1 } },
    { commune: '64445' },
    { commune: '2A004', theme: 'regions' },
    { epci: '200067254', phase: 'temps-1' },
    { adresse: '2 place Royale, 64000 Pau' },
    { adresse: 'L’Haÿ & Cie + 50 % = #1' },
    { territoire: 'temps-2/ti-7510', theme: 'evolution' },
    { territoire: 'temps-1/ti-75-10', phase: 'temps-1' },
    { carte: { zoom: 7.5, lat: 45, lon: 3 }, territoire: 'temps-2/ti-7510' },
    { lieu: 'corse', phase: 'temps-1', theme: 'regions' },
    { theme: 'rebond-industriel' },
    { comparer: 40 },
    { lieu: 'corse', theme: 'regions', comparer: 0 },
    { phase: 'temps-1', filtre: { region: 'Provence-Alpes-Côte d’Azur', q: 'a & b = c + d' } },
    { filtre: { departement: '2A', evolution: 'nouveau', interregional: 'oui' } },
  ];
  for (const vue of vues) assert.deepEqual(lire(ecrire(vue)), vue);
});

test('what is not understood or out of range is left out', () => {
  for (const faux of ['#lieu=atlantide', '#lieu=constructor', '#carte=5/91/0', '#carte=99/45/2', '#carte=a/b/c', '#point=200,45', '#point=2', '#point=1e3,2', '#%E0%A4%A', '#', '#commune=6444', '#epci=12', '#territoire=ti-7510', '#territoire=temps-3/x', '#territoire=temps-2/../x', '#phase=temps-2', '#phase=temps-9', '#phase=toString', '#theme=neutre', '#theme=constructor', '#adresse=', '#comparer=101', '#comparer=-1', '#comparer=', '#region=', '#evolution=autre', '#interregional=peut-être', '#adresse=%20', `#adresse=${'a'.repeat(401)}`])
    assert.deepEqual(lire(faux), {}, faux);
});

test('an address is readable where it can be', () => {
  assert.equal(ecrire({ commune: '64445' }), '#commune=64445');
  assert.equal(ecrire({ territoire: 'temps-2/ti-7510', phase: 'temps-2', theme: 'evolution' }), '#territoire=temps-2/ti-7510&theme=evolution');
  assert.equal(ecrire({ adresse: '2 place Royale, Pau' }), '#adresse=2+place+Royale,+Pau');
  assert.equal(ecrire({ phase: 'temps-2', theme: 'neutre' }), '');
  assert.deepEqual(lire('#commune=2a004'), { commune: '2A004' });
});

test('one question at a time, and a territory is one of its phase', () => {
  assert.deepEqual(lire('#commune=64445&point=1,45&adresse=Pau'), { point: { lon: 1, lat: 45 } });
  assert.deepEqual(lire('#point=99,99&commune=64445'), { commune: '64445' });
  assert.deepEqual(lire('#territoire=temps-1/x&phase=temps-2'), { territoire: 'temps-1/x', phase: 'temps-1' });
  assert.deepEqual(lire('#territoire=temps-2/x&phase=temps-1'), { territoire: 'temps-2/x' });
  assert.deepEqual(questionDe({ lieu: 'corse', epci: '200067254', phase: 'temps-1' }), { epci: '200067254' });
  assert.equal(questionDe({ lieu: 'corse' }), null);
  assert.deepEqual(habillage({ lieu: 'corse', phase: 'temps-1' }), { phase: 'temps-1', theme: undefined, comparer: undefined, filtre: undefined });
});

test('a theme that the phase has no tiles for is left out', () => {
  assert.deepEqual(lire('#phase=temps-1&theme=evolution'), { phase: 'temps-1' });
  assert.deepEqual(lire('#phase=temps-1&theme=regions'), { phase: 'temps-1', theme: 'regions' });
});

test('two phases at once are the latest and the one before, in a theme that both have', () => {
  assert.deepEqual(lire('#comparer=40&phase=temps-1'), { phase: 'temps-1' });
  assert.deepEqual(lire('#comparer=40&theme=evolution'), { comparer: 40 });
});

test('a filter is a query of the list, and the reverse', () => {
  assert.deepEqual(lire('#region=Occitanie&q=Tarn+Nord'), { filtre: { region: 'Occitanie', q: 'Tarn Nord' } });
  assert.equal(adresseDeListe({ region: 'Grand Est', evolution: 'nouveau' }, 'temps-2', 'temps-2'), '/territoires?region=Grand+Est&evolution=nouveau');
  assert.equal(adresseDeListe(undefined, 'temps-1', 'temps-2'), '/territoires?phase=temps-1');
  assert.equal(adresseDeListe(undefined, 'temps-2', 'temps-2'), '/territoires');
  const territoires = [{ regions: [{ code: '76', nom: 'Occitanie' }], departements: [{ code: '81', nom: 'Tarn' }] }];
  assert.equal(direFiltre({ region: '76', departement: '81', evolution: 'nouveau' }, territoires), 'région Occitanie, département Tarn et nouveaux');
});

test('the same question of another phase is another question', () => {
  assert.ok(memeQuestion({ commune: '64445', lieu: 'corse' }, { commune: '64445', phase: 'temps-2' }));
  assert.ok(!memeQuestion({ commune: '64445' }, { commune: '64445', phase: 'temps-1' }));
  assert.ok(!memeQuestion({ commune: '64445' }, { epci: '200067254' }));
  assert.ok(memeQuestion({}, { lieu: 'corse' }));
});

test('every part of France has bounds that are a box', () => {
  for (const [id, { nom, emprise }] of Object.entries(LIEUX)) {
    const [west, south, east, north] = emprise;
    assert.ok(nom && west < east && south < north, id);
  }
});

test('only the view that the page opens with is the usual one', () => {
  for (const fragment of ['', '#', '#lieu=metropole', '#phase=temps-2', '#theme=neutre']) assert.ok(estOrdinaire(lire(fragment)), fragment);
  for (const fragment of ['#lieu=corse', '#carte=5/46/2', '#commune=64445', '#theme=regions', '#comparer=50', '#region=Bretagne', '#phase=temps-1']) assert.ok(!estOrdinaire(lire(fragment)), fragment);
});

test('a filter frames what it keeps, without the oceans between', () => {
  const metropole = LIEUX.metropole.emprise;
  const ici = { bbox: [-1, 43, 0, 44] };
  const la = { bbox: [2, 42, 3, 45] };
  const outremer = { bbox: [55.2, -21.4, 55.8, -20.9] };
  assert.deepEqual(empriseDe([ici, outremer, la], metropole), [-1, 42, 3, 45]);
  assert.deepEqual(empriseDe([outremer], metropole), outremer.bbox);
  assert.equal(empriseDe([{ bbox: null }], metropole), null);
});
