// The reader's own position, asked for only when they ask. Every way it can fail is a sentence that says what to do.
import { LIEUX } from './lieux.js';

const PATIENCE_MS = 15_000;
const MARGE = 0.5; // degrees around each part of France that still count as near it

const PHRASES = {
  absente: 'Votre navigateur ne donne pas de position. Tapez plutôt le nom de votre commune ou votre adresse.',
  refusee: 'Votre position n’a pas été autorisée. Tapez plutôt le nom de votre commune, ou autorisez la position dans les réglages du navigateur.',
  introuvable: 'Votre position n’a pas pu être trouvée. Tapez plutôt le nom de votre commune, ou touchez la carte.',
  loin: 'Vous semblez être loin de la France. Tapez le nom d’une commune, ou touchez la carte, pour interroger un autre lieu.',
};

/** @returns {Promise<{ lon: number, lat: number, precision: number } | { phrase: string }>} */
export async function localiser(geolocation = navigator.geolocation) {
  if (!geolocation) return { phrase: PHRASES.absente };
  let coords;
  try {
    ({ coords } = await new Promise((trouvee, perdue) =>
      geolocation.getCurrentPosition(trouvee, perdue, { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60_000 }),
    ));
  } catch ({ code }) {
    return { phrase: code === 1 ? PHRASES.refusee : PHRASES.introuvable };
  }
  const { longitude: lon, latitude: lat, accuracy: precision } = coords;
  return pres(lon, lat) ? { lon, lat, precision } : { phrase: PHRASES.loin };
}

const pres = (lon, lat) =>
  Object.values(LIEUX).some(
    ({ emprise: [ouest, sud, est, nord] }) => lon > ouest - MARGE && lon < est + MARGE && lat > sud - MARGE && lat < nord + MARGE,
  );
