// What the page shows, as the fragment of its address, so that any view can be shared and the back button works:
//   #lieu=guadeloupe                      a named part of France, framed for the reader's own screen
//   #carte=8.2/43.295/-0.371              zoom, latitude, longitude
//   …&point=-0.3708,43.2951               longitude, latitude of the question asked
import { LIEUX } from './lieux.js';

const NOMBRE = String.raw`-?\d{1,3}(?:\.\d{1,12})?`;

/** Reads a fragment; what is not understood or out of range is left out, never guessed. */
export function lire(fragment) {
  const champs = new URLSearchParams(fragment.replace(/^#/, ''));
  const vue = {};
  const lieu = champs.get('lieu');
  if (lieu !== null && Object.hasOwn(LIEUX, lieu)) vue.lieu = lieu;
  const carte = champs.get('carte')?.match(new RegExp(`^(${NOMBRE})/(${NOMBRE})/(${NOMBRE})$`));
  if (carte && !vue.lieu) {
    const [zoom, lat, lon] = carte.slice(1).map(Number);
    if (zoom >= 0 && zoom <= 22 && surTerre(lon, lat)) vue.carte = { zoom, lon, lat };
  }
  const point = champs.get('point')?.match(new RegExp(`^(${NOMBRE}),(${NOMBRE})$`));
  if (point) {
    const [lon, lat] = point.slice(1).map(Number);
    if (surTerre(lon, lat)) vue.point = { lon, lat };
  }
  return vue;
}

/** Writes the fragment that `lire` reads back. */
export function ecrire({ lieu, carte, point }) {
  const champs = [];
  if (lieu) champs.push(`lieu=${lieu}`);
  else if (carte) champs.push(`carte=${arrondi(carte.zoom, 2)}/${arrondi(carte.lat, 4)}/${arrondi(carte.lon, 4)}`);
  if (point) champs.push(`point=${arrondi(point.lon, 5)},${arrondi(point.lat, 5)}`);
  return champs.length > 0 ? `#${champs.join('&')}` : '';
}

const surTerre = (lon, lat) => Math.abs(lon) <= 180 && Math.abs(lat) <= 85;
const arrondi = (valeur, decimales) => Number(valeur.toFixed(decimales));
