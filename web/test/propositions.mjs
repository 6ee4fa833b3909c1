import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exact, grouper, morceaux, plier, questionDeProposition, questionDuTexte } from '../src/propositions.js';

const commune = (nom, code) => ({ type: 'commune', nom, code });

test('proposals stand in groups, in one order, each kind in the order given', () => {
  const groupes = grouper([
    commune('Pau', '64445'),
    { type: 'voie', nom: 'Rue de Pau', code: '64445' },
    { type: 'ept', nom: 'Paris Est', code: '200057941' },
    { type: 'territoire', nom: 'Lacq – Pau – Tarbes', code: 'ti-7510' },
    { type: 'epci', nom: 'CA Pau', code: '200067254' },
    commune('Pauilhac', '32306'),
    { type: 'nouveau', nom: 'Inconnu', code: '?' },
  ]);
  assert.deepEqual(
    groupes.map(({ nom, resultats }) => [nom, resultats.map((r) => r.nom)]),
    [
      ['Territoires', ['Lacq – Pau – Tarbes']],
      ['Intercommunalités', ['Paris Est', 'CA Pau']],
      ['Communes', ['Pau', 'Pauilhac']],
      ['Adresses', ['Rue de Pau']],
    ],
  );
  assert.deepEqual(grouper([]), []);
});

test('marked letters are cut out by characters, and what makes no sense is left out', () => {
  const marques = (nom, surlignes) => morceaux(nom, surlignes).map(({ texte, marque }) => (marque ? `[${texte}]` : texte)).join('');
  assert.equal(marques('Lacq – Pau – Tarbes', [[7, 10]]), 'Lacq – [Pau] – Tarbes');
  assert.equal(marques('Lacq – Pau – Tarbes', [[0, 4], [13, 17]]), '[Lacq] – Pau – [Tarb]es');
  assert.equal(marques('Pau', [[0, 3]]), '[Pau]');
  assert.equal(marques('Pau', []), 'Pau');
  assert.equal(marques('Pau', undefined), 'Pau');
  assert.equal(marques('Œuilly', [[0, 1]]), '[Œ]uilly');
  assert.equal(marques('𝒫au', [[1, 2]]), '𝒫[a]u'); // one character, two UTF-16 units
  assert.equal(marques('Pau', [[2, 1], [1, 9], [-1, 2]]), 'Pau');
  assert.equal(marques('Pau', [[1, 3], [0, 2]]), 'P[au]');
});

test('two texts are the same to a reader without accents, dashes and apostrophes', () => {
  assert.equal(plier('  Saint-Étienne-l’Œuvre '), 'saint etienne l oeuvre');
  assert.equal(plier("L'Haÿ-les-Roses"), plier('l’hay les roses'));
});

test('Enter takes the first proposal only where it is what was written, and no other commune is called so', () => {
  const pau = commune('Pau', '64445');
  assert.equal(exact('pau', [pau, commune('Pauilhac', '32306')]), pau);
  assert.equal(exact('Pa', [pau]), null);
  assert.equal(exact('Saint Denis', [commune('Saint-Denis', '93066'), commune('Saint-Denis', '97411')]), null);
  assert.equal(exact('rue de Pau', [{ type: 'voie', nom: 'Rue de Pau', code: '64445' }]), null);
  assert.equal(exact('Pau', []), null);
});

test('a proposal is a question, and so is a text', () => {
  assert.deepEqual(questionDeProposition({ type: 'territoire', code: 'ti-7510' }, 'temps-1'), { territoire: 'temps-1/ti-7510' });
  assert.deepEqual(questionDeProposition({ type: 'ept', code: '200057941' }), { epci: '200057941' });
  assert.deepEqual(questionDeProposition(commune('Pau', '64445')), { commune: '64445' });
  assert.deepEqual(questionDeProposition({ type: 'voie', nom: 'Rue Serviez', contexte: '64000 Pau', code: '64445' }), { adresse: 'Rue Serviez, 64000 Pau' });
  assert.deepEqual(questionDuTexte('  2 place  Royale,\tPau '), { adresse: '2 place Royale, Pau' });
});
