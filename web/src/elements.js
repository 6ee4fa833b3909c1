// Small pieces of the page. Everything is set as text or as an attribute, never as markup, whatever the service sends.

export function element(balise, attributs = {}, ...contenu) {
  const e = document.createElement(balise);
  for (const [nom, valeur] of Object.entries(attributs)) e.setAttribute(nom, valeur);
  e.append(...contenu);
  return e;
}

export function bouton(texte, action, classe = 'bouton') {
  const b = element('button', { type: 'button', class: classe }, texte);
  b.addEventListener('click', action);
  return b;
}

const VERDICTS = {
  oui: { mot: 'oui', signe: 'M5 10.5 8.6 14 15 6.5' },
  non: { mot: 'non', signe: 'M6 10h8' },
  incertain: { mot: 'cela dépend', signe: 'M7.4 7.8a2.7 2.7 0 1 1 3.9 2.5c-.9.4-1.3 1-1.3 1.9M10 14.8v.1' },
};
const verdict = (reponse) => VERDICTS[reponse] ?? VERDICTS.incertain;

/** « oui », « non », « cela dépend ». */
export const mot = (reponse) => verdict(reponse).mot;

/** A shape as well as a word: the answer does not rest on colour. */
export function marque(reponse) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'marque');
  svg.setAttribute('aria-hidden', 'true');
  const disque = document.createElementNS(svg.namespaceURI, 'circle');
  for (const [nom, valeur] of [['cx', 10], ['cy', 10], ['r', 9]]) disque.setAttribute(nom, valeur);
  const chemin = document.createElementNS(svg.namespaceURI, 'path');
  chemin.setAttribute('d', verdict(reponse).signe);
  svg.append(disque, chemin);
  return svg;
}

/** Colours side by side, as the map has them; `fill` is an attribute of SVG, which the page's policy allows. */
export function pastille(couleurs, bordure = null) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 48 20');
  svg.setAttribute('aria-hidden', 'true');
  const large = 48 / couleurs.length;
  const dessiner = (balise, attributs) => {
    const forme = document.createElementNS(svg.namespaceURI, balise);
    for (const [nom, valeur] of Object.entries(attributs)) forme.setAttribute(nom, valeur);
    svg.append(forme);
  };
  couleurs.forEach((fill, i) => dessiner('rect', { x: i * large, width: large, height: 20, fill }));
  dessiner('rect', { x: 0.75, y: 0.75, width: 46.5, height: 18.5, class: 'trait' });
  if (bordure) dessiner('rect', { x: 3.5, y: 3.5, width: 41, height: 13, fill: 'none', stroke: bordure, 'stroke-width': 2, 'stroke-dasharray': '5 3' });
  return svg;
}
