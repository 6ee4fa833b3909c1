// On a phone the panel is a sheet over the map with three heights. CSS draws them; this moves between them,
// by the handle as a button, by dragging it, and when an answer comes.

const HAUTEURS = ['apercu', 'demi', 'plein'];
const PAS = 48; // px of drag that mean the next height

export function creerVolet(volet, poignee, texte) {
  const poser = (hauteur) => {
    if (volet.dataset.hauteur === hauteur) return;
    volet.dataset.hauteur = hauteur;
    document.documentElement.dataset.volet = hauteur; // the map's free area follows it, in CSS
    poignee.setAttribute('aria-expanded', String(hauteur !== 'apercu'));
    texte.textContent = hauteur === 'plein' ? 'Réduire le volet' : 'Agrandir le volet';
    if (hauteur !== 'plein') volet.scrollTop = 0;
  };
  const rang = () => HAUTEURS.indexOf(volet.dataset.hauteur);

  let depart = null;
  let glisse = false;
  poignee.addEventListener('pointerdown', (evenement) => {
    depart = evenement.clientY;
    glisse = false;
    poignee.setPointerCapture(evenement.pointerId);
  });
  poignee.addEventListener('pointermove', ({ clientY }) => {
    if (depart === null || Math.abs(clientY - depart) < PAS) return;
    poser(HAUTEURS[Math.max(0, Math.min(2, rang() + (clientY < depart ? 1 : -1)))]);
    depart = clientY;
    glisse = true;
  });
  const lacher = () => (depart = null);
  poignee.addEventListener('pointerup', lacher);
  poignee.addEventListener('pointercancel', lacher);
  poignee.addEventListener('click', () => {
    if (!glisse) poser(HAUTEURS[(rang() + 1) % 3]); // a drag ends in a click too: it has done its work
    glisse = false;
  });

  // Whoever walks the page by keyboard must see where they are. The search lies over the map, not in the sheet.
  volet.addEventListener('focusin', ({ target }) => target !== poignee && !target.closest('[role="search"]') && rang() === 0 && poser('demi'));

  return {
    ouvrir: () => rang() === 0 && poser('demi'),
    replier: () => poser('apercu'),
  };
}
