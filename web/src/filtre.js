// The filters of the list, on the map: the same words, so that a query of one is a fragment of the other.
import { enumeration } from './texte.js';

const LONGUEUR = 100; // characters: what the service accepts
const EVOLUTIONS = { nouveau: 'nouveaux', reconfigure: 'reconfigurés', identique: 'identiques' };
const texte = (valeur) => (valeur.trim() && valeur.length <= LONGUEUR ? valeur.trim() : undefined);

const CHAMPS = {
  region: { lire: texte, dire: (valeur, noms) => `région ${noms.region ?? valeur}` },
  departement: { lire: texte, dire: (valeur, noms) => `département ${noms.departement ?? valeur}` },
  evolution: { lire: (valeur) => (Object.hasOwn(EVOLUTIONS, valeur) ? valeur : undefined), dire: (valeur) => EVOLUTIONS[valeur] },
  interregional: { lire: (valeur) => (['oui', 'non'].includes(valeur) ? valeur : undefined), dire: (valeur) => (valeur === 'oui' ? 'interrégionaux' : 'dans une seule région') },
  q: { lire: texte, dire: (valeur) => `nom contenant «\u00a0${valeur}\u00a0»` },
};

/** @param {URLSearchParams} champs @returns {object | undefined} what is understood of them; undefined where nothing is */
export function lireFiltre(champs) {
  const filtre = {};
  for (const [nom, { lire }] of Object.entries(CHAMPS)) {
    const valeur = champs.has(nom) ? lire(champs.get(nom)) : undefined;
    if (valeur !== undefined) filtre[nom] = valeur;
  }
  return Object.keys(filtre).length > 0 ? filtre : undefined;
}

/** `['region=Occitanie', …]`, as an address has them. */
export const ecrireFiltre = (filtre = {}) => Object.entries(filtre).map(([nom, valeur]) => `${nom}=${encodeURIComponent(valeur).replaceAll('%20', '+')}`);

/** The list that shows the same. */
export function adresseDeListe(filtre, phase, derniere) {
  const champs = [...(phase === derniere ? [] : [`phase=${phase}`]), ...ecrireFiltre(filtre)];
  return champs.length > 0 ? `/territoires?${champs.join('&')}` : '/territoires';
}

/** « région Occitanie, nouveaux »: codes are told by the names that the territories themselves give. */
export function direFiltre(filtre, territoires) {
  const nom = (champ, liste) => territoires.flatMap((un) => un[liste]).find(({ code, nom }) => [code, nom].includes(filtre[champ]))?.nom;
  const noms = { region: nom('region', 'regions'), departement: nom('departement', 'departements') };
  return enumeration(Object.entries(filtre).map(([champ, valeur]) => CHAMPS[champ].dire(valeur, noms)));
}

/** What to frame so that they are all seen, or those of the métropole where an ocean lies between; null where there is none. */
export function empriseDe(territoires, metropole) {
  const emprises = territoires.map(({ bbox }) => bbox).filter(Boolean);
  const dedans = emprises.filter(([o, s, e, n]) => o > metropole[0] - 1 && s > metropole[1] - 1 && e < metropole[2] + 1 && n < metropole[3] + 1);
  const vues = dedans.length > 0 ? dedans : emprises;
  if (vues.length === 0) return null;
  return vues.reduce(([o, s, e, n], [O, S, E, N]) => [Math.min(o, O), Math.min(s, S), Math.max(e, E), Math.max(n, N)]);
}
