// The one question the page asks: is this point in a Territoire d’industrie?
// A failure is a sentence to show, thrown as `Indisponible`; an answer of the service is returned as it is.

const PATIENCE_MS = 10_000;

export class Indisponible extends Error {}

export async function appartenanceDuPoint({ lon, lat }, signal) {
  const adresse = `/api/v1/appartenance?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}`;
  const arret = new AbortController();
  const arreter = () => arret.abort();
  signal.addEventListener('abort', arreter);
  let tropLong = false;
  const patience = setTimeout(() => {
    tropLong = true;
    arreter();
  }, PATIENCE_MS);

  let reponse;
  let corps;
  try {
    reponse = await fetch(adresse, { headers: { accept: 'application/json' }, signal: arret.signal });
    corps = await reponse.json().catch(() => null); // a body that is not JSON is judged below, with the status
    arret.signal.throwIfAborted();
  } catch (cause) {
    if (signal.aborted) throw cause; // a newer question replaced this one: nobody waits for it
    if (tropLong) throw new Indisponible('Le service met trop de temps à répondre.');
    throw new Indisponible(
      navigator.onLine === false
        ? 'Vous semblez hors connexion : la question n’a pas pu partir.'
        : 'Le service ne répond pas pour l’instant.',
    );
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', arreter);
  }
  // The service says in French what was wrong with a question (RFC 9457); its own failures have no such sentence.
  if (!reponse.ok) throw new Indisponible(reponse.status < 500 && corps?.detail ? corps.detail : 'Le service ne répond pas pour l’instant.');
  if (typeof corps?.reponse !== 'string') throw new Indisponible('La réponse du service est incomplète.');
  return corps;
}
