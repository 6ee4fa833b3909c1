// The legend says what the colours of the theme mean. A style file says it of itself, in its metadata; the usual one
// has its lines in the page, where they stand before any script runs.
import { element, pastille } from './elements.js';

export function montrerLegende(liste, style) {
  const lignes = style.metadata?.['territoires:legende'];
  liste.querySelectorAll('[data-theme]').forEach((ligne) => ligne.remove());
  liste.querySelectorAll('[data-neutre]').forEach((ligne) => (ligne.hidden = Boolean(lignes)));
  const nouvelles = (lignes ?? []).flatMap(({ couleurs, bordure, texte, note }) => [
    element('li', { 'data-theme': '' }, pastille(couleurs, bordure), texte),
    ...(note ? [element('li', { 'data-theme': '', class: 'legende-note' }, note)] : []),
  ]);
  liste.prepend(...nouvelles);
}
