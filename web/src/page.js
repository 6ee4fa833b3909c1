// Wires the page: the address says what to show, a click asks, the answer is a sentence and a drawn perimeter.
import { Indisponible, appartenanceDuPoint } from './appartenance.js';
import { LIEUX } from './lieux.js';
import { effacerReponse, montrerAttente, montrerIndisponible, montrerReponse } from './reponse.js';
import { creerSelection } from './selection.js';
import { suivreSurvol } from './survol.js';
import { creerVolet } from './volet.js';
import { ecrire, lire } from './vue.js';

const $ = (id) => document.getElementById(id);
const racine = document.documentElement;
const zone = $('reponse');
const sombre = matchMedia('(prefers-color-scheme: dark)');
const STYLES = { clair: '/styles/neutre.json', sombre: '/styles/neutre-sombre.json' };
const style = () => STYLES[sombre.matches ? 'sombre' : 'clair'];
const ATTENTE_MS = 300; // an answer faster than this shows no « Je regarde… »
const AGRANDI_AU_POINT = 8; // zoom of a shared point without a view

let vue = lire(location.hash);
let enCours = new AbortController();
const volet = creerVolet($('volet'), $('poignee'), $('poignee-texte'));

// Wide enough for the legend to lie open without covering what it explains.
$('legende').open = matchMedia('(min-width: 100rem)').matches;

// The silhouette stands for the first view of the métropole only; any other first view waits on a plain sea.
if (vue.carte || vue.point || (vue.lieu && vue.lieu !== 'metropole')) racine.dataset.silhouette = 'non';

demarrer().catch(() => sansCarte('La carte n’a pas pu être chargée. Vérifiez votre connexion, puis rechargez la page.'));

async function demarrer() {
  if (!webgl()) {
    sansCarte('Votre navigateur ne peut pas dessiner la carte : WebGL y est absent ou désactivé. Un autre navigateur, ou le même mis à jour, devrait y parvenir.');
    return;
  }
  const { ouvrirCarte, marquer, mouvementReduit } = await import('./carte.js');
  const carte = ouvrirCarte($('toile'), premiereVue(), style());
  const selection = creerSelection(carte);
  const duree = () => (mouvementReduit() ? 0 : 500);
  let marque = null;
  let habillee = false; // the style has come: the sea and the land at least are drawn
  let panne = false; // since the last time the map was complete

  suivreSurvol(carte, $('bulle'));
  sombre.addEventListener('change', () => carte.setStyle(style()));
  racine.dataset.carte = 'attente';
  carte.on('style.load', () => (habillee = true));
  carte.on('dataloading', () => (racine.dataset.carte = 'attente'));
  carte.on('movestart', () => (racine.dataset.carte = 'attente'));
  carte.on('idle', () => {
    racine.dataset.carte = 'prete';
    racine.dataset.silhouette = 'non'; // the map is drawn over it: its work is done
    if (!panne) $('carte-avis').hidden = true;
    panne = false;
  });
  carte.on('error', ({ error }) => {
    if (error?.name === 'AbortError') return; // a tile the view has left
    panne = true;
    avis(
      habillee
        ? 'Une partie de la carte n’a pas pu être chargée. Elle se complétera quand vous la déplacerez.'
        : 'La carte n’a pas pu être chargée. Rechargez la page dans un moment.',
    );
    console.error(error);
  });
  carte.on('webglcontextlost', () => avis('La carte s’est interrompue. Rechargez la page pour la retrouver.'));

  carte.on('click', ({ lngLat }) => demander({ lon: lngLat.wrap().lng, lat: lngLat.lat }));
  carte.getCanvas().addEventListener('keydown', (touche) => {
    if (touche.key !== 'Enter') return;
    const { lng, lat } = carte.unproject(centreDuCadre());
    demander({ lon: lng, lat });
  });
  $('zoom-plus').addEventListener('click', () => carte.zoomIn({ duration: duree() / 2 }));
  $('zoom-moins').addEventListener('click', () => carte.zoomOut({ duration: duree() / 2 }));

  // Chips are links: the browser writes the address, and coming back to it does the same work.
  addEventListener('popstate', suivreAdresse);
  document.querySelectorAll('[data-lieu]').forEach((lien) =>
    lien.addEventListener('click', (clic) => {
      if (clic.ctrlKey || clic.metaKey || clic.shiftKey) return;
      clic.preventDefault();
      noter({ lieu: lien.dataset.lieu, point: vue.point }, true);
      allerA(lien.dataset.lieu);
    }),
  );
  // Only a move the reader made changes the address: our own framing already stands in it.
  carte.on('moveend', ({ originalEvent }) => {
    if (originalEvent || carteBougee()) noter({ carte: position(), point: vue.point }, false);
  });
  let cible = null; // the view our last framing led to
  const carteBougee = () => {
    const { zoom, lon, lat } = position();
    return !cible || Math.abs(cible.zoom - zoom) > 1e-3 || Math.abs(cible.lon - lon) > 1e-4 || Math.abs(cible.lat - lat) > 1e-4;
  };
  const retenir = () => (cible = position());
  retenir();
  carte.on('resize', () => {
    // A turned phone or a resized window keeps a named place in its frame.
    if (vue.lieu || !(vue.carte || vue.point)) allerA(vue.lieu ?? 'metropole', 0);
  });

  marquerLieu();
  if (vue.point) demander(vue.point, { adresse: false });

  function suivreAdresse() {
    const avant = vue;
    vue = lire(location.hash);
    marquerLieu();
    if (vue.carte) carte.jumpTo({ center: [vue.carte.lon, vue.carte.lat], zoom: vue.carte.zoom });
    else if (vue.lieu || !vue.point) allerA(vue.lieu ?? 'metropole');
    if (vue.carte) retenir();
    if (vue.point) {
      if (vue.point.lon !== avant.point?.lon || vue.point.lat !== avant.point?.lat) demander(vue.point, { adresse: false });
    } else effacer({ adresse: false });
  }

  function allerA(lieu, ms = duree()) {
    const options = { padding: marges(), linear: true, maxZoom: 12 };
    const but = carte.cameraForBounds(LIEUX[lieu].emprise, options);
    if (!but) return;
    // Across an ocean a flight would only ask for tiles nobody looks at.
    const proche = carte.getBounds().contains(but.center) && ms > 0;
    cible = { zoom: but.zoom, lon: but.center.lng, lat: but.center.lat };
    carte[proche ? 'easeTo' : 'jumpTo']({ ...but, duration: ms });
  }

  async function demander(point, { adresse = true } = {}) {
    enCours.abort();
    enCours = new AbortController();
    const { signal } = enCours;
    if (adresse) noter({ lieu: vue.lieu, carte: vue.lieu ? undefined : position(), point }, true);
    marque?.remove();
    const epingle = document.createElement('div');
    epingle.className = 'epingle';
    epingle.setAttribute('aria-hidden', 'true');
    marque = marquer(carte, epingle, point);
    zone.setAttribute('aria-busy', 'true');
    const lent = setTimeout(() => montrerAttente(zone), ATTENTE_MS);
    try {
      const donnees = await appartenanceDuPoint(point, signal);
      const id = donnees.phase === 'temps-2' ? (donnees.territoire?.id ?? null) : null;
      selection.choisir(id);
      montrerReponse(zone, donnees, { figures: id && selection.figures(id), effacer: () => effacer({ retour: true }) });
    } catch (cause) {
      if (signal.aborted) return;
      selection.choisir(null);
      if (!(cause instanceof Indisponible)) console.error(cause);
      const phrase = cause instanceof Indisponible ? cause.message : 'La réponse n’a pas pu être lue.';
      montrerIndisponible(zone, phrase, { reessayer: () => demander(point, { adresse: false }) });
    } finally {
      clearTimeout(lent);
      if (!signal.aborted) zone.removeAttribute('aria-busy');
    }
    racine.dataset.reponse = 'oui';
    volet.ouvrir();
    garderVisible(point);
  }

  function effacer({ adresse = true, retour = false } = {}) {
    enCours.abort();
    marque?.remove();
    marque = null;
    selection.choisir(null);
    effacerReponse(zone);
    delete racine.dataset.reponse;
    volet.replier();
    if (adresse) noter({ ...vue, point: undefined }, true);
    if (retour) $('question').focus({ preventScroll: true }); // the button that had the focus is gone
  }

  // On a phone the sheet rises over the map: the point asked about must not end up under it.
  function garderVisible({ lon, lat }) {
    const { x, y } = carte.project([lon, lat]);
    const m = marges();
    const { clientWidth: l, clientHeight: h } = carte.getContainer();
    if (x >= m.left && x <= l - m.right && y >= m.top && y <= h - m.bottom) return;
    const c = centreDuCadre();
    carte.easeTo({ center: [lon, lat], offset: [c[0] - l / 2, c[1] - h / 2], duration: duree() });
  }

  function position() {
    const { lng, lat } = carte.getCenter();
    return { zoom: carte.getZoom(), lon: lng, lat };
  }
}

function premiereVue() {
  if (vue.carte) return { center: [vue.carte.lon, vue.carte.lat], zoom: vue.carte.zoom };
  if (vue.point && !vue.lieu) return { center: [vue.point.lon, vue.point.lat], zoom: AGRANDI_AU_POINT };
  return { bounds: LIEUX[vue.lieu ?? 'metropole'].emprise, fitBoundsOptions: { padding: marges() } };
}

function noter(nouvelle, etape) {
  vue = nouvelle;
  history[etape ? 'pushState' : 'replaceState'](null, '', ecrire(vue) || location.pathname + location.search);
  marquerLieu();
}

function marquerLieu() {
  const ici = vue.lieu ?? (vue.carte ? null : 'metropole');
  document.querySelectorAll('[data-lieu]').forEach((lien) => {
    if (lien.dataset.lieu === ici) {
      lien.setAttribute('aria-current', 'true');
      lien.scrollIntoView({ block: 'nearest', inline: 'nearest' }); // on a phone the row is wider than the screen
    } else lien.removeAttribute('aria-current');
  });
}

// The part of the map that nothing covers is an element of the page, so CSS alone decides it.
function marges() {
  const carte = $('toile').getBoundingClientRect();
  const libre = $('cadre').getBoundingClientRect();
  return {
    top: libre.top - carte.top,
    right: carte.right - libre.right,
    bottom: carte.bottom - libre.bottom,
    left: libre.left - carte.left,
  };
}

function centreDuCadre() {
  const carte = $('toile').getBoundingClientRect();
  const libre = $('cadre').getBoundingClientRect();
  return [(libre.left + libre.right) / 2 - carte.left, (libre.top + libre.bottom) / 2 - carte.top];
}

function avis(phrase) {
  $('carte-avis').textContent = phrase;
  $('carte-avis').hidden = false;
}

function sansCarte(phrase) {
  racine.dataset.carte = 'absente';
  avis(phrase);
}

function webgl() {
  const essai = document.createElement('canvas').getContext('webgl2');
  essai?.getExtension('WEBGL_lose_context')?.loseContext(); // browsers grant few contexts: give this one back
  return essai !== null;
}
