// On paper: the map as it stands on the screen, as an ordinary picture. A WebGL canvas forgets its pixels once they are
// shown, so they are drawn anew and copied at the moment of printing.

/** @param {HTMLDetailsElement} legende opened for the paper @param {() => DOMRect} cadre what nothing covers */
export function preparerImpression(carte, image, legende, cadre) {
  const sombre = matchMedia('(prefers-color-scheme: dark)');
  let ouverte = false;
  const copier = () => {
    carte.redraw();
    const toile = carte.getCanvas();
    const boite = toile.getBoundingClientRect();
    const libre = cadre();
    const densite = toile.width / boite.width;
    const [x, y, l, h] = [libre.left - boite.left, libre.top - boite.top, libre.width, libre.height].map((v) => Math.round(v * densite));
    if (l <= 0 || h <= 0) return;
    image.width = l;
    image.height = h;
    const copie = image.getContext('2d');
    // Night is turned into day, hues kept: a new style would come too late for the sheet.
    if (sombre.matches) copie.filter = 'invert(1) hue-rotate(180deg)';
    copie.drawImage(toile, x, y, l, h, 0, 0, l, h);
    image.hidden = false;
  };
  addEventListener('beforeprint', () => {
    ouverte = legende.open;
    legende.toggleAttribute('data-nuit', sombre.matches);
    legende.open = true;
    copier();
  });
  addEventListener('afterprint', () => {
    legende.open = ouverte;
    image.hidden = true;
  });
}
