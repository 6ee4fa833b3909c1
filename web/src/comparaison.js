// Both phases at once: a second map over the large one, drawn on one side of a line that the reader moves. It follows
// the large one and takes no press, so that all that the map answers to stays where it was.
import { ouvrirCarte } from './carte.js';
import { element } from './elements.js';
import { PHASES } from './programme.js';

/**
 * @param {HTMLElement} zone what holds the map
 * @param {object} style of the older phase
 * @param {{ avant: string, apres: string, part: number, surPart: (part: number) => void }} options names of the phases
 *   to the left and to the right of the line; `part`: where the line is, in hundredths
 */
export function creerComparaison(carte, zone, style, { avant, apres, part, surPart }) {
  const toile = element('div', { class: 'comparaison-toile', 'aria-hidden': 'true' });
  const curseur = element('input', {
    ...{ type: 'range', class: 'comparaison-curseur', min: 0, max: 100, step: 1, value: part },
    'aria-label': `Limite entre ${PHASES[avant].periode}, à gauche, et ${PHASES[apres].periode}, à droite`,
  });
  const trait = element('div', { class: 'comparaison-trait', 'aria-hidden': 'true' }, element('span', {}, PHASES[avant].periode), element('span', {}, PHASES[apres].periode));
  zone.querySelector('#toile').after(toile, curseur, trait);

  const placer = () => {
    zone.style.setProperty('--part', curseur.value / 100);
    curseur.setAttribute('aria-valuetext', `${curseur.value} % de la carte en ${PHASES[avant].periode}`);
  };
  placer();
  curseur.addEventListener('input', placer);
  curseur.addEventListener('change', () => surPart(Number(curseur.value)));

  const vue = () => ({ center: carte.getCenter(), zoom: carte.getZoom() });
  const autre = ouvrirCarte(toile, { ...vue(), interactive: false }, style);
  const suivre = () => autre.jumpTo(vue());
  carte.on('move', suivre);
  autre.on('error', ({ error }) => console.error(error));
  autre.on('idle', () => (toile.dataset.prete = ''));

  return {
    habiller: (nouveau) => autre.setStyle(nouveau),
    placer(nouvelle) {
      curseur.value = nouvelle;
      placer();
    },
    focus: () => curseur.focus(),
    fermer() {
      carte.off('move', suivre);
      autre.remove();
      for (const piece of [toile, trait, curseur]) piece.remove();
      zone.style.removeProperty('--part');
    },
  };
}
