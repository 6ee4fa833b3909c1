// Writes an answer into the live region: the sentence first, then the territory, why, and where it comes from. What
// is too long to be read out unasked (members, what to do next) goes beside it, into the `suite`.
import { bouton, element, marque, mot } from './elements.js';
import { PHASES } from './programme.js';
import { distance, enumeration, insecables, ligneDeSource, majuscule, nombre, quantite } from './texte.js';

const MOTS = { oui: 'Oui.', non: 'Non.', incertain: 'Cela dépend.' };
const TYPES_DE_MEMBRE = { epci: 'intercommunalité', ept: 'établissement public territorial', commune: 'commune' };

/**
 * @param {object} donnees an answer of the contract
 * @param {{ fiche?: object, figures?: object, note?: string, demander: (question: object) => void }} suite
 *   `fiche`: the territory in full; `figures`: what the tiles say of it, until then
 */
export function montrerReponse(zone, donnees, { fiche, figures, note, demander }) {
  zone.replaceChildren(
    verdict(donnees),
    ...(note ? [element('p', { class: 'avis note' }, note)] : []),
    ...(donnees.candidats?.length ? [candidats(donnees.candidats, demander)] : []),
    ...(donnees.territoire ? [carteDeVisite(donnees.territoire, fiche, figures)] : []),
    ...(donnees.reponse === 'non' && donnees.plusProche ? plusProche(donnees, demander) : []),
    raisons(donnees),
    element('p', { class: 'source' }, donnees.source ? ligneDeSource(donnees.source) : ''),
  );
}

/** A territory chosen by its name: no question about a place, so no yes or no. */
export function montrerTerritoire(zone, fiche) {
  const { periode } = PHASES[fiche.phase] ?? {};
  zone.replaceChildren(
    element('p', { class: 'verdict sans-marque' }, element('strong', {}, insecables(fiche.nom)), ` est un Territoire d’industrie${periode ? ` de la période ${periode}` : ''}.`),
    carteDeVisite(fiche, fiche),
    element('p', { class: 'source' }, fiche.source ? ligneDeSource(fiche.source) : ''),
  );
}

/** What the territory shown was, or became, in another phase, where that is not one territory. */
export function montrerCorrespondants(zone, { nom }, liste, phase, demander) {
  const { periode } = PHASES[phase];
  const phrase =
    liste.length === 0
      ? ` n’a pas d’équivalent dans la période ${periode} : aucune de ses communes n’y est dans un Territoire d’industrie.`
      : ` n’a pas d’équivalent unique dans la période ${periode}. Ses communes s’y partagent entre :`;
  zone.replaceChildren(
    element('p', { class: 'avis' }, element('strong', {}, insecables(nom)), insecables(phrase)),
    element('div', { class: 'actions' }, ...liste.map((un) => bouton(insecables(un.nom), () => demander({ territoire: `${phase}/${un.id}` })))),
  );
}

/** The territory came after its answer: the line kept for its figures is filled. */
export function completerReponse(zone, fiche) {
  const carte = zone.querySelector('.fiche');
  if (carte) carte.replaceWith(carteDeVisite(fiche, fiche));
}

export function montrerAttente(zone) {
  zone.replaceChildren(element('p', { class: 'attente' }, 'Je regarde…'));
}

/** @param {() => void} [reessayer] left out where asking again would change nothing */
export function montrerIndisponible(zone, phrase, reessayer) {
  zone.replaceChildren(
    element('p', { class: 'avis' }, insecables(reessayer ? `${phrase} Réessayez dans un moment.` : phrase)),
    ...(reessayer ? [bouton('Réessayer', reessayer)] : []),
  );
}

export const effacerReponse = (zone) => zone.replaceChildren();

/**
 * What follows an answer: the members, the link to the whole page, and how to be rid of it.
 * @param {{ fiche?: object, membre?: object, demander: (question: object) => void, eclairer: (code: string | null) => void,
 *           effacer: () => void }} suite
 */
export function montrerSuite(zone, { fiche, membre, demander, eclairer, effacer }) {
  const actions = element('div', { class: 'actions' });
  if (fiche) actions.append(element('a', { class: 'bouton', href: `/territoires/${fiche.phase}/${fiche.id}` }, 'Voir la fiche complète'));
  actions.append(bouton('Effacer la réponse', effacer));
  zone.replaceChildren(...(fiche ? [membres(fiche, membre, demander, eclairer)] : []), actions);
}

function membres({ membres: liste }, dont, demander, eclairer) {
  const ul = element('ul', { class: 'membres' });
  for (const { type, code, nom } of liste) {
    const attributs = { type: 'button', class: 'membre', 'data-code': code };
    if (code === dont?.code) attributs['aria-current'] = 'true';
    const b = element('button', attributs, nom, ...(type === 'epci' ? [] : [' ', element('span', { class: 'membre-type' }, TYPES_DE_MEMBRE[type] ?? type)]));
    b.addEventListener('click', () => demander(type === 'commune' ? { commune: code } : { epci: code }));
    // The same light for the pointer and for the keyboard.
    for (const venue of ['pointerenter', 'focus']) b.addEventListener(venue, () => eclairer(code));
    for (const depart of ['pointerleave', 'blur']) b.addEventListener(depart, () => eclairer(null));
    ul.append(element('li', {}, b));
  }
  return element('section', { class: 'composition' }, element('h2', {}, `${liste.length} membre${liste.length > 1 ? 's' : ''}`), ul);
}

/** The member that the map lights, in the list. */
export function marquerMembre(zone, code) {
  for (const b of zone.querySelectorAll('.membre')) b.classList.toggle('eclaire', b.dataset.code === code);
}

function verdict({ reponse, explication, territoire }) {
  const phrase = element('p', { class: 'verdict', 'data-reponse': reponse }, marque(reponse), element('strong', { class: 'verdict-mot' }, MOTS[reponse] ?? MOTS.incertain), ' ');
  phrase.append(...enGras(insecables(explication ?? ''), insecables(territoire?.nom ?? '')));
  return phrase;
}

// The territory's name is what the reader came for: it stands out inside the service's own sentence.
function enGras(phrase, nom) {
  const debut = nom ? phrase.indexOf(nom) : -1;
  if (debut < 0) return [phrase];
  return [phrase.slice(0, debut), element('strong', {}, nom), phrase.slice(debut + nom.length)];
}

// Each candidate with its own answer; a press asks for that commune.
function candidats(liste, demander) {
  const ul = element('ul', { class: 'candidats' });
  for (const candidat of liste) {
    const { reponse, commune, territoire, explication } = candidat;
    if (!commune) {
      ul.append(element('li', {}, verdict(candidat)));
      continue;
    }
    const b = bouton('', () => demander({ commune: commune.code }), 'candidat');
    b.dataset.reponse = reponse;
    b.append(
      marque(reponse),
      element('span', { class: 'candidat-nom' }, element('strong', {}, commune.nom), ` (${commune.departement})`),
      element('span', { class: 'candidat-reponse' }, territoire ? `${majuscule(mot(reponse))} : ${insecables(territoire.nom)}` : reponse === 'incertain' ? insecables(explication ?? '') : majuscule(mot(reponse))),
    );
    ul.append(element('li', {}, b));
  }
  return ul;
}

// The territory itself: its name, where it is, how large. The figures may come after the rest: their line is kept.
function carteDeVisite({ nom, region, interregional }, fiche, figures) {
  const div = element('div', { class: 'fiche' }, element('h2', {}, insecables(nom)));
  div.append(element('p', {}, [region, interregional && 'territoire interrégional'].filter(Boolean).join(', ')));
  const ailleurs = fiche?.regions?.filter((autre) => autre.nom !== region).map((autre) => autre.nom) ?? [];
  if (ailleurs.length > 0) div.append(element('p', { class: 'fiche-lieux' }, `Aussi en ${enumeration(ailleurs)}`));
  if (fiche?.departements?.length) div.append(element('p', { class: 'fiche-lieux' }, enumeration(fiche.departements.map((d) => d.nom))));
  const connues = fiche ? { ...fiche, superficie: fiche.superficieKm2 } : figures;
  const ligne = element('p', { class: 'figures' });
  if (connues) {
    const parts = [];
    if (fiche) parts.push(`${nombre(fiche.communes)}\u00a0commune${fiche.communes > 1 ? 's' : ''}`);
    parts.push(quantite(connues.population, 'habitants'), quantite(connues.superficie, 'km²'));
    ligne.textContent = parts.join(' · ');
  }
  div.append(ligne);
  return div;
}

function plusProche({ plusProche: { id, nom, distanceM }, phase }, demander) {
  return [
    element('p', { class: 'plus-proche' }, 'Le plus proche, ', element('strong', {}, insecables(nom)), `, commence à ${distance(distanceM)}.`),
    bouton(`Voir ${insecables(nom)}`, () => demander({ territoire: `${phase}/${id}` })),
  ];
}

// Why: through whom, for which commune, for when, how far from the limit.
function raisons({ membre, commune, distanceLimiteM, geocodage, phase, reponse }) {
  const dl = element('dl', { class: 'raisons' });
  const ligne = (terme, valeur) => {
    if (valeur) dl.append(element('div', {}, element('dt', {}, terme), element('dd', {}, valeur)));
  };
  ligne('Adresse lue', geocodage && geocodage.type !== 'commune' && geocodage.libelle);
  ligne('Membre', membre && (membre.type === 'epci' ? membre.nom : `${membre.nom} (${TYPES_DE_MEMBRE[membre.type] ?? membre.type})`));
  ligne('Commune', commune && `${commune.nom} (${commune.departement})`);
  ligne('Période', PHASES[phase]?.periode);
  if (reponse === 'oui' && Number.isFinite(distanceLimiteM)) ligne('Limite', `à ${distance(distanceLimiteM)}`);
  return dl;
}
