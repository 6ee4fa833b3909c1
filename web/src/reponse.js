// Writes an answer into the live region: the sentence first, then why, then where it comes from.
// Everything is set as text, never as markup, whatever the service sends.
import { distance, insecables, ligneDeSource, quantite } from './texte.js';

const VERDICTS = {
  oui: { mot: 'Oui.', signe: 'M5 10.5 8.6 14 15 6.5' },
  non: { mot: 'Non.', signe: 'M6 10h8' },
  incertain: { mot: 'Cela dépend.', signe: 'M7.4 7.8a2.7 2.7 0 1 1 3.9 2.5c-.9.4-1.3 1-1.3 1.9M10 14.8v.1' },
};
const TYPES_DE_MEMBRE = { epci: 'intercommunalité', ept: 'établissement public territorial', commune: 'commune' };

export function montrerReponse(zone, donnees, { figures, effacer }) {
  zone.replaceChildren(
    verdict('p', donnees),
    ...(donnees.candidats?.length ? [candidats(donnees.candidats)] : []),
    ...(donnees.territoire ? [fiche(donnees.territoire, figures)] : []),
    raisons(donnees),
    element('p', { class: 'source' }, donnees.source ? ligneDeSource(donnees.source) : ''),
    bouton('Effacer la réponse', effacer),
  );
}

export function montrerAttente(zone) {
  zone.replaceChildren(element('p', { class: 'attente' }, 'Je regarde…'));
}

export function montrerIndisponible(zone, phrase, { reessayer }) {
  zone.replaceChildren(
    element('p', { class: 'avis' }, insecables(`${phrase} Réessayez dans un moment.`)),
    bouton('Réessayer', reessayer),
  );
}

export const effacerReponse = (zone) => zone.replaceChildren();

function verdict(balise, { reponse, explication, territoire }) {
  const { mot, signe } = VERDICTS[reponse] ?? VERDICTS.incertain;
  const phrase = element(balise, { class: 'verdict', 'data-reponse': reponse });
  phrase.append(marque(signe), element('strong', { class: 'verdict-mot' }, mot), ' ', ...enGras(insecables(explication ?? ''), insecables(territoire?.nom ?? '')));
  return phrase;
}

// The territory's name is what the reader came for: it stands out inside the service's own sentence.
function enGras(phrase, nom) {
  const debut = nom ? phrase.indexOf(nom) : -1;
  if (debut < 0) return [phrase];
  return [phrase.slice(0, debut), element('strong', {}, nom), phrase.slice(debut + nom.length)];
}

function candidats(liste) {
  const ul = element('ul', { class: 'candidats' });
  for (const candidat of liste) {
    const li = element('li');
    li.append(verdict('p', candidat));
    ul.append(li);
  }
  return ul;
}

// The territory itself: its name, its region, how large it is. The figures may come after the rest: their line
// is kept for them, so that nothing moves.
function fiche({ nom, region, interregional }, figures) {
  const div = element('div', { class: 'fiche' });
  div.append(element('h3', {}, insecables(nom)), element('p', {}, [region, interregional && 'territoire interrégional'].filter(Boolean).join(', ')));
  const ligne = element('p', { class: 'figures' });
  figures?.then((connues) => {
    if (connues) ligne.textContent = `${quantite(connues.population, 'habitants')} · ${quantite(connues.superficie, 'km²')}`;
  });
  div.append(ligne);
  return div;
}

// Why: through whom, for which commune, how far from the limit.
function raisons({ membre, commune, distanceLimiteM, reponse }) {
  const dl = element('dl', { class: 'raisons' });
  const ligne = (terme, valeur) => {
    if (!valeur) return;
    const div = element('div');
    div.append(element('dt', {}, terme), element('dd', {}, valeur));
    dl.append(div);
  };
  ligne('Membre', membre && (membre.type === 'epci' ? membre.nom : `${membre.nom} (${TYPES_DE_MEMBRE[membre.type] ?? membre.type})`));
  ligne('Commune', commune && `${commune.nom} (${commune.departement})`);
  if (reponse === 'oui' && Number.isFinite(distanceLimiteM)) ligne('Limite', `à ${distance(distanceLimiteM)}`);
  return dl;
}

function bouton(texte, action) {
  const b = element('button', { type: 'button', class: 'bouton' }, texte);
  b.addEventListener('click', action);
  return b;
}

// A shape as well as a word: the answer does not rest on colour.
function marque(trace) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'marque');
  svg.setAttribute('aria-hidden', 'true');
  const disque = document.createElementNS(svg.namespaceURI, 'circle');
  for (const [nom, valeur] of [['cx', 10], ['cy', 10], ['r', 9]]) disque.setAttribute(nom, valeur);
  const chemin = document.createElementNS(svg.namespaceURI, 'path');
  chemin.setAttribute('d', trace);
  svg.append(disque, chemin);
  return svg;
}

function element(balise, attributs = {}, texte) {
  const e = document.createElement(balise);
  for (const [nom, valeur] of Object.entries(attributs)) e.setAttribute(nom, valeur);
  if (texte !== undefined) e.textContent = texte;
  return e;
}
