// Opens the MapLibre map. Loaded when somebody wants it: the library is thirty times the page's own code.
import { ZOOMS } from './projection.js';

const { Map: CarteMapLibre, Marker, setWorkerUrl } = await import('./maplibre.js');

// A file of our own origin: the page's policy allows no worker made from a blob.
setWorkerUrl(new URL(OUVRIER_MAPLIBRE, location.href).href);

/**
 * @param {HTMLElement} toile where the map is drawn
 * @param {object} debut `{ bounds, fitBoundsOptions }` or `{ center, zoom }`: the first view
 * @param {object} style a complete style
 */
export function ouvrirCarte(toile, debut, style) {
  const carte = new CarteMapLibre({
    container: toile,
    style,
    ...debut,
    minZoom: ZOOMS[0],
    maxZoom: ZOOMS[1],
    // Perimeters are compared by shape and size: a turned or tilted map would only mislead.
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    rollEnabled: false,
    renderWorldCopies: false,
    attributionControl: false, // the panel's foot and every answer name the sources
    fadeDuration: mouvementReduit() ? 0 : 200,
    locale: { 'Map.Title': 'Carte : flèches pour déplacer, plus et moins pour l’échelle, Entrée pour interroger le centre' },
    transformRequest: (url) => ({ url: memeOrigine(url) }),
  });
  carte.touchZoomRotate?.disableRotation(); // a map that only shows has neither
  carte.keyboard?.disableRotation();
  return carte;
}

/** A mark at the point asked about. */
export function marquer(carte, element, { lon, lat }) {
  return new Marker({ element, anchor: 'center' }).setLngLat([lon, lat]).addTo(carte);
}

export const mouvementReduit = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

// TileJSON carries absolute tile addresses as the server sees itself; behind a proxy that may be another scheme
// or host than the reader's. Everything the map needs is on the page's own origin, and nothing else is asked for.
function memeOrigine(url) {
  const { pathname, search } = new URL(url, location.href);
  // {z}/{x}/{y} are replaced later in some paths: URL would have escaped the braces.
  return location.origin + pathname.replaceAll('%7B', '{').replaceAll('%7D', '}') + search;
}
