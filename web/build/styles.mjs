// The themes of the map: `styles/neutre.json` and `styles/neutre-sombre.json` are written by hand, the others are made
// of them here, by day and by night, and committed: `node build/styles.mjs` writes them, test/styles.mjs holds them.
// The text is edited rather than the object, so that a derived style reads as the first one does.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const MODES = ['clair', 'sombre'];

// Four colours are enough for no two neighbours to share one. As near in lightness as four colours can be that stay
// apart for eyes that do not tell red from green (test/styles.mjs measures both).
export const TEINTES = {
  clair: { bleu: '#95c2f5', ocre: '#cab87a', rose: '#c0a0b7', vert: '#a9c7aa' },
  sombre: { bleu: '#466f9b', ocre: '#76662b', rose: '#6d5166', vert: '#59745a' },
};
export const REGIONS = {
  bleu: ['Centre-Val de Loire', 'Hauts-de-France', 'Occitanie', 'Mayotte'],
  ocre: ['Normandie', 'Bourgogne-Franche-Comté', 'Nouvelle-Aquitaine', 'Provence-Alpes-Côte d’Azur', 'Guadeloupe'],
  rose: ['Île-de-France', 'Pays de la Loire', 'Auvergne-Rhône-Alpes', 'Guyane'],
  vert: ['Bretagne', 'Grand Est', 'Corse', 'Martinique', 'La Réunion'],
};
// An order: the further from the ground, the more has changed.
export const EVOLUTION = {
  clair: { nouveau: '#2f6b8c', reconfigure: '#86b6cb', identique: '#d0e1e4' },
  sombre: { nouveau: '#8ecbe6', reconfigure: '#42768f', identique: '#2b4450' },
};
export const REBOND = {
  clair: { laureat: '#7a68a8', autre: '#d0cbd8' },
  sombre: { laureat: '#a596d6', autre: '#39424a' },
};
const BORDURE = { clair: '#2b2f33', sombre: '#ece7dd' };

const THEMES = {
  regions: {
    nom: 'Régions',
    description: 'Une teinte par région chef de file, de clartés voisines ; deux régions qui se touchent n’ont pas la même.',
    fond: (mode) => [
      ...['match', ['get', 'region']],
      ...Object.entries(REGIONS).flatMap(([teinte, noms]) => [noms, TEINTES[mode][teinte]]),
      TEINTES[mode].vert,
    ],
    calques: (mode) => [
      {
        id: 'temps-2-interregional',
        type: 'line',
        source: 'territoires',
        'source-layer': 'temps-2',
        filter: ['==', ['get', 'interregional'], true],
        layout: { 'line-join': 'round' },
        // Inside the perimeter, where it is the territory's own.
        paint: {
          'line-color': BORDURE[mode],
          'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.8, 6, 1.6, 9, 2.6],
          'line-offset': ['interpolate', ['linear'], ['zoom'], 4, 0.8, 6, 1.8, 9, 4],
          'line-dasharray': [2, 1.5],
          // The chosen one has a line of its own.
          'line-opacity': ['case', ['boolean', ['feature-state', 'choisi'], false], 0, 1],
        },
      },
    ],
    legende: (mode) => [
      { couleurs: Object.values(TEINTES[mode]), texte: 'Territoire d’industrie', note: 'Une teinte par région ; deux régions voisines n’ont pas la même.' },
      { couleurs: [TEINTES[mode].ocre], bordure: BORDURE[mode], texte: 'Interrégional', note: 'Dans la teinte de la région chef de file.' },
    ],
  },
  evolution: {
    nom: 'Évolution',
    description: 'Ce qu’est devenu chaque territoire depuis la période 2018-2022 : plus la couleur est marquée, plus il a changé.',
    // QGIS reads `match` with its labels in lists, and no `case`.
    fond: (mode) => ['match', ['get', 'evolution'], ['nouveau'], EVOLUTION[mode].nouveau, ['reconfigure'], EVOLUTION[mode].reconfigure, EVOLUTION[mode].identique],
    legende: (mode) => [
      { couleurs: [EVOLUTION[mode].nouveau], texte: 'Nouveau', note: 'Aucune commune n’en était en 2018-2022.' },
      { couleurs: [EVOLUTION[mode].reconfigure], texte: 'Reconfiguré' },
      { couleurs: [EVOLUTION[mode].identique], texte: 'Identique', note: 'Les mêmes communes qu’en 2018-2022.' },
    ],
  },
  'rebond-industriel': {
    nom: 'Rebond industriel',
    description: 'Les territoires lauréats connus de l’appel « Rebond industriel ». La liste est partielle.',
    fond: (mode) => ['match', ['to-string', ['get', 'rebond']], ['true'], REBOND[mode].laureat, REBOND[mode].autre],
    legende: (mode) => [
      { couleurs: [REBOND[mode].laureat], texte: 'Lauréat connu', note: 'Liste partielle : d’autres territoires peuvent l’être.' },
      { couleurs: [REBOND[mode].autre], texte: 'Autre Territoire d’industrie' },
    ],
  },
};

const fichier = (theme, mode) => `${theme}${mode === 'sombre' ? '-sombre' : ''}.json`;

/** Every derived style: `{ 'regions.json': text, … }` from the texts of the two neutral ones. */
export function deriver(neutres) {
  const styles = {};
  for (const [id, theme] of Object.entries(THEMES))
    for (const mode of MODES) styles[fichier(id, mode)] = derive(neutres[mode], theme, mode);
  return styles;
}

function derive(texte, { nom, description, fond, calques, legende }, mode) {
  const metadonnees = { 'territoires:theme': mode, 'territoires:description': description, 'territoires:legende': legende(mode) };
  let style = remplacer(texte, /"name": "[^"]*"/, `"name": ${json(`${nom}${mode === 'sombre' ? ' sombre' : ''}`)}`);
  style = remplacer(style, /\n  "metadata": \{.*\},\n/, `\n  "metadata": ${json(metadonnees)},\n`);
  style = remplacer(style, /("id": "temps-2-fond",[\s\S]*?"fill-color": )\[.*\](,\n)/, (_, avant, apres) => `${avant}${json(fond(mode))}${apres}`);
  // Beneath the perimeter lines, over the veil that dims what is not chosen.
  const ajouts = (calques?.(mode) ?? []).map((calque) => `    ${json(calque)},\n`).join('');
  return ajouts ? remplacer(style, /    \{\n      "id": "temps-2-lisere",/, (repere) => ajouts + repere) : style;
}

function remplacer(texte, motif, par) {
  if (texte.match(new RegExp(motif, 'g'))?.length !== 1) throw new Error(`one match expected: ${motif}`);
  return texte.replace(motif, typeof par === 'string' ? () => par : par);
}

// One line, spaced as the hand-written files are.
function json(valeur) {
  if (Array.isArray(valeur)) return `[${valeur.map(json).join(', ')}]`;
  if (valeur && typeof valeur === 'object') return `{ ${Object.entries(valeur).map(([nom, v]) => `${JSON.stringify(nom)}: ${json(v)}`).join(', ')} }`;
  return JSON.stringify(valeur);
}

/** The two hand-written styles, as text. */
export async function neutres(dossier) {
  const lire = (mode) => readFile(new URL(fichier('neutre', mode), dossier), 'utf8');
  return { clair: await lire('clair'), sombre: await lire('sombre') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dossier = new URL('../../styles/', import.meta.url);
  for (const [nom, texte] of Object.entries(deriver(await neutres(dossier)))) await writeFile(new URL(nom, dossier), texte);
}
