// What the map will ask for first, asked for while the library is still on its way: the description of each source,
// and the tiles of the first view. On a slow line that is two waits less before anything is drawn.
import { TUILE, cameraDe } from './projection.js';
import { fichier } from './service.js';

const descriptions = new Map();

/** The style with its tiles named in it, so that the map need not ask where they are. */
export async function situerTuiles(style) {
  const sources = await Promise.all(
    Object.entries(style.sources).map(async ([nom, { url, ...reste }]) => {
      if (!descriptions.has(url)) {
        const promesse = fichier(url);
        promesse.catch(() => descriptions.delete(url));
        descriptions.set(url, promesse);
      }
      const { tiles, minzoom, maxzoom, bounds } = await descriptions.get(url);
      return [nom, { ...reste, tiles, minzoom, maxzoom, bounds }];
    }),
  );
  return { ...style, sources: Object.fromEntries(sources) };
}

/**
 * Has the browser fetch the tiles of a view and keep them.
 * @param {object} debut `{ bounds, fitBoundsOptions: { padding } }` or `{ center, zoom }`, as the map gets it
 * @param {{ width: number, height: number }} toile the size of the map
 */
export function devancerTuiles(sources, debut, toile) {
  for (const { tiles: [modele] } of sources)
    for (const [z, x, y] of tuilesDe(debut, toile)) {
      const { pathname, search } = new URL(modele, location.href);
      fetch(pathname.replace('%7Bz%7D', z).replace('%7Bx%7D', x).replace('%7By%7D', y) + search).catch(() => {}); // the map will ask again, and say so
    }
}

/** The tiles that cover a view, `[z, x, y]` each. */
export function tuilesDe(debut, toile) {
  const { zoom, milieu } = cameraDe(debut, toile);
  const echelle = TUILE * 2 ** zoom;
  const entier = Math.max(0, Math.floor(zoom));
  const rangs = 2 ** entier;
  const bornes = (centre, taille) => [centre - taille / 2 / echelle, centre + taille / 2 / echelle].map((v) => Math.min(rangs - 1, Math.max(0, Math.floor(v * rangs))));
  const [x0, x1] = bornes(milieu[0], toile.width);
  const [y0, y1] = bornes(milieu[1], toile.height);
  const tuiles = [];
  for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) tuiles.push([entier, x, y]);
  return tuiles;
}
