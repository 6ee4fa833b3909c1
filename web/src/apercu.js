// The picture that stands for the map until somebody wants more than to look: it shows the very view that the map will
// open with, follows the finger as the map would, and answers a touch as the map would. The first sign of interest calls
// the map; what was done meanwhile is where the map takes over.
import { libre, marges } from './cadre.js';
import { TUILE, cameraDe, degres, mercator, porter, sous } from './projection.js';

const TOLERANCE = 3; // px that a touch may move and still be a click, as the map has it
const CRAN = 450; // of a mouse wheel for a zoom twice as close, as the map has it

/**
 * @param {HTMLElement} image lies about the middle of the free part of the map, and shows `emprise` there
 * @param {HTMLElement} toile where the map will be
 * @param {{ emprise: number[], surInteret: () => void, surPoint: (point: { lon: number, lat: number }) => void }} liens
 */
export function creerApercu(image, toile, { emprise, surInteret, surPoint }) {
  const arret = new AbortController();
  const ecoute = { signal: arret.signal };
  const doigts = new Map(); // what touches the map, by pointer
  let bougee = null; // where the reader has moved it to
  let depart = null; // of a touch that may be a click
  let relache = []; // who waits until nothing touches it

  const taille = () => toile.getBoundingClientRect();
  const repos = () => cameraDe({ bounds: emprise, fitBoundsOptions: { padding: marges() } }, taille());
  const camera = () => bougee ?? repos();
  const position = ({ clientX, clientY }) => {
    const { left, top } = taille();
    return { x: clientX - left, y: clientY - top };
  };

  function suivre(vers) {
    const { zoom } = repos();
    const { left, top, width, height } = taille();
    const cadre = libre();
    const milieu = [mercator([emprise[0], emprise[3]]), mercator([emprise[2], emprise[1]])];
    const monde = TUILE * 2 ** vers.zoom;
    const [x, y] = [0, 1].map((axe) => ((milieu[0][axe] + milieu[1][axe]) / 2 - vers.milieu[axe]) * monde);
    const dx = x + width / 2 - (cadre.left + cadre.width / 2 - left);
    const dy = y + height / 2 - (cadre.top + cadre.height / 2 - top);
    image.style.transform = `translate(${dx}px, ${dy}px) scale(${2 ** (vers.zoom - zoom)})`;
  }

  function bouger(de, vers, facteur) {
    bougee = porter(camera(), taille(), de, vers, facteur);
    suivre(bougee);
  }

  const centre = (points) => ({ x: points.reduce((s, p) => s + p.x, 0) / points.length, y: points.reduce((s, p) => s + p.y, 0) / points.length });
  const ecart = ([a, b]) => (b ? Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) : 1);

  toile.addEventListener('pointerover', surInteret, ecoute);
  toile.addEventListener(
    'pointerdown',
    (appui) => {
      surInteret();
      if (appui.button !== 0) return;
      doigts.set(appui.pointerId, position(appui));
      depart = doigts.size === 1 ? position(appui) : null;
      toile.setPointerCapture(appui.pointerId);
    },
    ecoute,
  );
  toile.addEventListener(
    'pointermove',
    (geste) => {
      if (!doigts.has(geste.pointerId)) return;
      const ici = position(geste);
      if (depart && Math.hypot(ici.x - depart.x, ici.y - depart.y) < TOLERANCE) return;
      depart = null;
      const avant = [...doigts.values()];
      doigts.set(geste.pointerId, ici);
      const apres = [...doigts.values()];
      bouger(centre(avant), centre(apres), ecart(apres) / ecart(avant));
    },
    ecoute,
  );
  const lever = ({ pointerId, type }) => {
    if (!doigts.delete(pointerId)) return;
    if (depart && type === 'pointerup') surPoint(degres(sous(depart, camera(), taille())));
    depart = null;
    if (doigts.size === 0) relache.splice(0).forEach((suite) => suite());
  };
  toile.addEventListener('pointerup', lever, ecoute);
  toile.addEventListener('pointercancel', lever, ecoute);
  toile.addEventListener(
    'wheel',
    (molette) => {
      surInteret();
      molette.preventDefault();
      bouger(position(molette), position(molette), 2 ** (-molette.deltaY / CRAN));
    },
    { ...ecoute, passive: false },
  );

  return {
    /** The view, where the reader has moved it; null where it is the first one. */
    bougee: () => bougee && { zoom: bougee.zoom, ...degres(bougee.milieu) },
    /** The view, moved or not. */
    position: () => ({ zoom: camera().zoom, ...degres(camera().milieu) }),
    zoomer: (facteur) => {
      const { left, top } = taille();
      const { left: gauche, top: haut, width, height } = libre();
      const milieu = { x: gauche + width / 2 - left, y: haut + height / 2 - top };
      bouger(milieu, milieu, facteur);
    },
    /** When nothing touches it: a gesture under way is not taken from the reader. */
    repos: () => new Promise((suite) => (doigts.size === 0 ? suite() : relache.push(suite))),
    /** The map is there, and takes what is done from now on. */
    ceder: () => arret.abort(),
    /** Until the map is drawn the picture lies over it: it goes where the map goes. */
    suivre: ({ zoom, lon, lat }) => suivre({ zoom, milieu: mercator([lon, lat]) }),
  };
}
