// The map as the page uses it: where it looks, what is chosen on it, what the reader does to it. What is asked and
// answered is none of its business, so that the page answers without it too.
import { marges, milieu, libre } from './cadre.js';
import { marquer, mouvementReduit, ouvrirCarte } from './carte.js';
import { creerComparaison } from './comparaison.js';
import { preparerImpression } from './impression.js';
import { creerSelection } from './selection.js';
import { suivreSurvol } from './survol.js';

export { creerEncarts } from './encarts.js'; // in the same file: small, and built of the same parts

const PROCHE = 11; // zoom beyond which a framed place says nothing more
const $ = (id) => document.getElementById(id);

/**
 * @param {object} debut first view, as MapLibre wants it
 * @param {object} style a complete style
 * @param {{ phase: () => string, surPoint: (point: object) => void, surDeplacement: (carte: object) => void, surBouger: () => void,
 *           surMembre: (code: string | null) => void, surTaille: () => void, surCalme: () => void,
 *           surPanne: (entiere: boolean) => void, surArret: () => void }} liens
 */
export function creerScene(debut, style, liens) {
  const racine = document.documentElement;
  const carte = ouvrirCarte($('toile'), debut, style);
  const selection = creerSelection(carte, liens.phase);
  const duree = () => (mouvementReduit() ? 0 : 500);
  let marque = null;
  let habillee = false; // the style has come: the sea and the land at least are drawn
  let cible = null; // the view our last framing led to

  suivreSurvol(carte, $('bulle'), liens.phase, (code) => {
    selection.eclairer(code);
    liens.surMembre(code);
  });
  preparerImpression(carte, $('impression'), $('legende'), libre);

  const attendre = () => (racine.dataset.carte = 'attente');
  attendre();
  carte.on('style.load', () => (habillee = true));
  carte.on('dataloading', attendre);
  carte.on('movestart', attendre);
  carte.on('move', liens.surBouger);
  carte.on('idle', () => {
    racine.dataset.carte = 'prete';
    racine.dataset.apercu = 'non'; // the map is drawn: the picture's work is done
    liens.surCalme();
  });
  carte.on('error', ({ error }) => {
    if (error?.name === 'AbortError') return; // a tile the view has left
    liens.surPanne(!habillee);
    console.error(error);
  });
  carte.on('webglcontextlost', liens.surArret);

  carte.on('click', ({ lngLat }) => liens.surPoint({ lon: lngLat.wrap().lng, lat: lngLat.lat }));
  carte.getCanvas().addEventListener('keydown', (touche) => {
    if (touche.key !== 'Enter') return;
    const { lng, lat } = carte.unproject(milieu());
    liens.surPoint({ lon: lng, lat });
  });
  $('zoom-plus').addEventListener('click', () => carte.zoomIn({ duration: duree() / 2 }));
  $('zoom-moins').addEventListener('click', () => carte.zoomOut({ duration: duree() / 2 }));

  // Only a move the reader made is worth an address: our own framing already stands in it.
  carte.on('moveend', ({ originalEvent }) => {
    if (originalEvent || bougee()) liens.surDeplacement(position());
  });
  carte.on('resize', liens.surTaille);

  const position = () => {
    const { lng, lat } = carte.getCenter();
    return { zoom: carte.getZoom(), lon: lng, lat };
  };
  const bougee = () => {
    const { zoom, lon, lat } = position();
    return !cible || Math.abs(cible.zoom - zoom) > 1e-3 || Math.abs(cible.lon - lon) > 1e-4 || Math.abs(cible.lat - lat) > 1e-4;
  };
  cible = position();

  return {
    position,
    selection,
    marquer(point) {
      marque?.remove();
      marque = null;
      if (!point) return;
      const epingle = document.createElement('div');
      epingle.className = 'epingle';
      epingle.setAttribute('aria-hidden', 'true');
      marque = marquer(carte, epingle, point);
    },
    habiller(nouveau) {
      attendre();
      carte.setStyle(nouveau);
      carte.triggerRepaint(); // a style that differs in nothing would leave the map as it is, and never be quiet again
    },
    comparer: (style, options) => creerComparaison(carte, $('carte'), style, options),
    /** Frames bounds in the free part of the map. */
    cadrer(emprise, ms = duree()) {
      const but = carte.cameraForBounds(emprise, { padding: marges(), linear: true, maxZoom: PROCHE });
      if (!but) return;
      // Across an ocean a flight would only ask for tiles nobody looks at.
      const proche = carte.getBounds().contains(but.center) && ms > 0;
      cible = { zoom: but.zoom, lon: but.center.lng, lat: but.center.lat };
      carte[proche ? 'easeTo' : 'jumpTo']({ ...but, duration: ms });
    },
    placer({ zoom, lon, lat }) {
      carte.jumpTo({ center: [lon, lat], zoom });
      cible = position();
    },
    /** On a phone the sheet rises over the map: the point asked about must not end up under it. */
    garderVisible({ lon, lat }) {
      const { x, y } = carte.project([lon, lat]);
      const m = marges();
      const { clientWidth: l, clientHeight: h } = carte.getContainer();
      if (x >= m.left && x <= l - m.right && y >= m.top && y <= h - m.bottom) return;
      const c = milieu();
      carte.easeTo({ center: [lon, lat], offset: [c[0] - l / 2, c[1] - h / 2], duration: duree() });
    },
  };
}
