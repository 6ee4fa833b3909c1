// The filters of the list, on the map: the same words, so that a query of one is a fragment of the other.
import { enumeration } from './texte.js';

const LONGUEUR = 100; // characters: what the service accepts
const EVOLUTIONS = { nouveau: 'nouveaux', reconfigure: 'reconfigurés', identique: 'identiques' };
const texte = (valeur) => (valeur.trim() && valeur.length <= LONGUEUR ? valeur.trim() : undefined);

const CHAMPS = {
  region: { lire: texte, dire: (valeur, noms) => `région ${noms.region ?? valeur}` },
  departement: { lire: texte, dire: (valeur, noms) => `département ${noms.departement ?? valeur}` },
  evolution: { lire: (valeur) => (Object.hasOwn(EVOLUTIONS, valeur) ? valeur : undefined), dire: (valeur) => EVOLUTIONS[valeur] },
  interregional: { lire: (valeur) => (valeur === 'oui' ? valeur : undefined), dire: () => 'interrégionaux' },
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
