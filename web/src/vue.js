// What the page shows, as the fragment of its address, so that any view can be shared and the back button works:
//   #lieu=guadeloupe                      a named part of France, framed for the reader's own screen
//   #carte=8.2/43.295/-0.371              zoom, latitude, longitude
//   …&point=-0.3708,43.2951               the question asked: longitude, latitude
//   …&commune=64445  …&epci=200067254     or an INSEE code, or a SIREN
//   …&adresse=2+place+Royale,+Pau         or a text
//   …&territoire=temps-2/ti-7510          or a territory to show
//   …&phase=temps-1&theme=regions         what the map draws, where it is not the usual
//   …&comparer=40                         both phases, the line between them at 40 hundredths of the map
//   …&region=Occitanie&evolution=nouveau  the filters of the list: the other territories recede
import { ecrireFiltre, lireFiltre } from './filtre.js';
import { LIEUX } from './lieux.js';
import { DERNIERE, PHASES } from './programme.js';
import { ORDINAIRE, THEMES, convient } from './themes.js';

const NOMBRE = String.raw`-?\d{1,3}(?:\.\d{1,12})?`;
const ADRESSE_MAX = 400; // characters: what the service accepts

// One question at a time; the first of these that is there and makes sense.
const QUESTIONS = {
  point: {
    lire(texte) {
      const point = texte.match(new RegExp(`^(${NOMBRE}),(${NOMBRE})$`));
      if (!point) return undefined;
      const [lon, lat] = point.slice(1).map(Number);
      return surTerre(lon, lat) ? { lon, lat } : undefined;
    },
    ecrire: ({ lon, lat }) => `${arrondi(lon, 5)},${arrondi(lat, 5)}`,
  },
  commune: motif(/^(?:\d{2}|2[AB])\d{3}$/),
  epci: motif(/^\d{9}$/),
  territoire: {
    lire: (texte) => (/^[a-z0-9-]+\/[a-z0-9-]{1,40}$/.test(texte) && Object.hasOwn(PHASES, texte.split('/')[0]) ? texte : undefined),
    ecrire: (reference) => reference,
  },
  adresse: {
    lire: (texte) => (texte.trim() && texte.length <= ADRESSE_MAX ? texte.trim() : undefined),
    ecrire: (texte) => encodeURIComponent(texte).replaceAll('%20', '+').replaceAll('%2C', ','),
  },
};

/** Reads a fragment; what is not understood or out of range is left out, never guessed. */
export function lire(fragment) {
  const champs = new URLSearchParams(fragment.replace(/^#/, ''));
  const vue = {};
  const lieu = champs.get('lieu');
  if (lieu !== null && Object.hasOwn(LIEUX, lieu)) vue.lieu = lieu;
  const carte = champs.get('carte')?.match(new RegExp(`^(${NOMBRE})/(${NOMBRE})/(${NOMBRE})$`));
  if (carte && !vue.lieu) {
    const [zoom, lat, lon] = carte.slice(1).map(Number);
    if (zoom >= 0 && zoom <= 22 && surTerre(lon, lat)) vue.carte = { zoom, lon, lat };
  }
  for (const [nom, question] of Object.entries(QUESTIONS)) {
    const lue = champs.has(nom) ? question.lire(champs.get(nom)) : undefined;
    if (lue === undefined) continue;
    vue[nom] = lue;
    break;
  }
  // A territory belongs to its phase, whatever the rest of the address says.
  const phase = vue.territoire?.split('/')[0] ?? champs.get('phase');
  if (phase !== null && phase !== DERNIERE && Object.hasOwn(PHASES, phase)) vue.phase = phase;
  const comparer = champs.get('comparer');
  if (/^\d{1,3}$/.test(comparer ?? '') && comparer <= 100 && !vue.phase) vue.comparer = Number(comparer);
  const montrees = vue.comparer === undefined ? [vue.phase ?? DERNIERE] : Object.keys(PHASES);
  const theme = champs.get('theme');
  if (theme !== null && theme !== ORDINAIRE && Object.hasOwn(THEMES, theme) && convient(theme, montrees, DERNIERE)) vue.theme = theme;
  const filtre = lireFiltre(champs);
  if (filtre) vue.filtre = filtre;
  return vue;
}

/** Writes the fragment that `lire` reads back. */
export function ecrire(vue) {
  const { lieu, carte, phase, theme, comparer, filtre } = vue;
  const champs = [];
  if (lieu) champs.push(`lieu=${lieu}`);
  else if (carte) champs.push(`carte=${arrondi(carte.zoom, 2)}/${arrondi(carte.lat, 4)}/${arrondi(carte.lon, 4)}`);
  const nom = nomDeQuestion(vue);
  if (nom) champs.push(`${nom}=${QUESTIONS[nom].ecrire(vue[nom])}`);
  if (phase && phase !== DERNIERE) champs.push(`phase=${phase}`);
  if (theme && theme !== ORDINAIRE) champs.push(`theme=${theme}`);
  if (comparer !== undefined) champs.push(`comparer=${comparer}`);
  champs.push(...ecrireFiltre(filtre));
  return champs.length > 0 ? `#${champs.join('&')}` : '';
}

/** The question in a view, by itself: `{ commune: '64445' }`; null where there is none. */
export function questionDe(vue) {
  const nom = nomDeQuestion(vue);
  return nom ? { [nom]: vue[nom] } : null;
}

/** Whether two views ask the same of the same phase. */
export const memeQuestion = (a, b) =>
  JSON.stringify(questionDe(a)) === JSON.stringify(questionDe(b)) && (a.phase ?? DERNIERE) === (b.phase ?? DERNIERE);

/** Whether a view is the one that the page opens with: the picture in it shows just that. */
export const estOrdinaire = (vue) => Object.keys(vue).every((nom) => nom === 'lieu' && vue.lieu === 'metropole');

/** What a view draws, whatever it asks or shows. */
export const habillage = ({ phase, theme, comparer, filtre }) => ({ phase, theme, comparer, filtre });

function nomDeQuestion(vue) {
  return Object.keys(QUESTIONS).find((nom) => vue[nom] !== undefined);
}
function motif(forme) {
  return {
    lire: (texte) => {
      const ecrit = /^\d/.test(texte) ? texte.toUpperCase() : texte; // 2a004 is Corsica too
      return forme.test(ecrit) ? ecrit : undefined;
    },
    ecrire: (code) => code,
  };
}
function surTerre(lon, lat) {
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 85;
}
function arrondi(valeur, decimales) {
  return Number(valeur.toFixed(decimales));
}
