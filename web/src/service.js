// What the page asks the service. A failure is a sentence to show, thrown as `Indisponible`; an answer of the service
// is returned as it is.

const PATIENCE_MS = 10_000;

export class Indisponible extends Error {
  /** @param {string} phrase @param {{ attendre?: boolean }} suite whether the same question may work a moment later */
  constructor(phrase, { attendre = true } = {}) {
    super(phrase);
    this.attendre = attendre;
  }
}

/** Is this in a Territoire d’industrie? `champs` is one of the contract's ways of asking. */
export async function appartenance(champs, phase, signal) {
  const corps = await demander('/api/v1/appartenance', { ...champs, phase }, signal);
  if (typeof corps?.reponse !== 'string') throw new Indisponible('La réponse du service est incomplète.');
  return corps;
}

export async function recherche(q, phase, signal) {
  const corps = await demander('/api/v1/recherche', { q, limite: 8, phase }, signal);
  if (!Array.isArray(corps?.resultats)) throw new Indisponible('La réponse du service est incomplète.');
  return corps.resultats;
}

/** A territory (`temps-2/ti-7510`), with its members, figures and bounds. */
export async function territoire(reference, signal) {
  const corps = await demander(`/api/v1/territoires/${reference}`, {}, signal);
  if (!Array.isArray(corps?.membres)) throw new Indisponible('La réponse du service est incomplète.');
  return corps;
}

/** All the territories of a phase, or those that a filter of the list keeps. */
export async function territoires(phase, filtre = {}, signal) {
  const corps = await demander('/api/v1/territoires', { phase, ...filtre }, signal);
  if (!Array.isArray(corps?.territoires)) throw new Indisponible('La réponse du service est incomplète.');
  return corps.territoires;
}

/** The territories of another phase that share communes with one: those it came from, or those that came from it. */
export async function correspondants(fiche, phase, signal) {
  if (fiche.evolution) return fiche.predecesseurs; // what has changed is known of the later phase
  const venus = await territoires(phase, {}, signal);
  return venus.filter(({ predecesseurs }) => predecesseurs.some((un) => un.phase === fiche.phase && un.id === fiche.id));
}

/** Where a commune or an intercommunalité lies: `{ bbox, centre }`. */
export const commune = (code, signal) => demander(`/api/v1/communes/${code}`, {}, signal);
export const epci = (siren, signal) => demander(`/api/v1/epci/${siren}`, {}, signal);

/** A document of our own origin, such as a style. */
export const fichier = (adresse, signal) => demander(adresse, {}, signal);

async function demander(chemin, champs, signal) {
  const requete = new URLSearchParams(champs).toString();
  const arret = new AbortController();
  const arreter = () => arret.abort();
  signal?.addEventListener('abort', arreter);
  let tropLong = false;
  const patience = setTimeout(() => {
    tropLong = true;
    arreter();
  }, PATIENCE_MS);

  let reponse;
  let corps;
  try {
    reponse = await fetch(requete ? `${chemin}?${requete}` : chemin, { headers: { accept: 'application/json' }, signal: arret.signal });
    corps = await reponse.json().catch(() => null); // a body that is not JSON is judged below, with the status
    arret.signal.throwIfAborted();
  } catch (cause) {
    if (signal?.aborted) throw cause; // a newer question replaced this one: nobody waits for it
    if (tropLong) throw new Indisponible('Le service met trop de temps à répondre.');
    throw new Indisponible(
      navigator.onLine === false
        ? 'Vous semblez hors connexion : la question n’a pas pu partir.'
        : 'Le service ne répond pas pour l’instant.',
    );
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener('abort', arreter);
  }
  // The service says in French what was wrong with a question (RFC 9457); its own failures have no such sentence.
  if (!reponse.ok) {
    if (reponse.status < 500 && corps?.detail) throw new Indisponible(corps.detail, { attendre: false });
    throw new Indisponible('Le service ne répond pas pour l’instant.');
  }
  return corps;
}
