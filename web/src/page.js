// Wires the page: the address says what to show; a text, a position or a click asks; the answer is a sentence and a
// drawn perimeter. All of it but the map works without the map, and the map comes when it is wanted: a picture of its
// first view is in the page. Whoever only looks is not sent what is ten times heavier than all the rest.
import { creerApercu } from './apercu.js';
import { marges } from './cadre.js';
import { creerCombobox } from './combobox.js';
import { creerImage } from './image.js';
import { adresseDeListe, direFiltre, empriseDe } from './filtre.js';
import { montrerLegende } from './legende.js';
import { element } from './elements.js';
import { LIEUX } from './lieux.js';
import { localiser } from './localisation.js';
import { creerPartage } from './partage.js';
import { DERNIERE, PHASES } from './programme.js';
import { completerReponse, effacerReponse, marquerMembre, montrerAttente, montrerCorrespondants, montrerIndisponible, montrerReponse, montrerSuite, montrerTerritoire } from './reponse.js';
import { Indisponible, appartenance, commune, correspondants, epci, recherche, territoire, territoires } from './service.js';
import { fichierDeStyle, habiller, pourFiltre } from './style-de-carte.js';
import { distance } from './texte.js';
import { ORDINAIRE, convient } from './themes.js';
import { devancerTuiles, situerTuiles } from './tuiles.js';
import { creerVolet } from './volet.js';
import { ecrire, estOrdinaire, habillage, lire, memeQuestion, questionDe } from './vue.js';

const $ = (id) => document.getElementById(id);
const racine = document.documentElement;
const zone = $('reponse');
const suite = $('suite');
const sombre = matchMedia('(prefers-color-scheme: dark)');
const large = matchMedia('(min-width: 72rem)'); // as in commandes.css
const ATTENTE_MS = 300; // an answer faster than this shows no « Je regarde… »; a territory faster comes with its answer
const AGRANDI_AU_POINT = 8; // zoom of a shared point without a view
const AUTOUR = 0.35; // degrees shown around a place that is in no territory

// The same page, made small for another site's frame.
if (/^\/integration\/?$/.test(location.pathname)) racine.dataset.integration = '';

let vue = lire(location.hash);
let enCours = new AbortController();
let appelee = false; // the map is wanted
let scene = null; // the map, once it is there
let encarts = null; // the small maps, on a wide screen
let image = null; // what stands for it where none can be drawn
let comparaison = null; // the second map, while two phases are compared
let retenus = null; // { cle, ids, emprise }: what the filter keeps, and where
let panne = false; // since the last time the map was complete
const RIEN = { id: null, nom: '', membres: [], point: null, emprise: null };
let dessin = { ...RIEN }; // what the answer puts on it

const phase = () => vue.phase ?? DERNIERE;
const volet = creerVolet($('volet'), $('poignee'), $('poignee-texte'));
const boite = creerCombobox($('recherche'), {
  chercher: (texte, signal) => recherche(texte, phase(), signal),
  phase,
  demander: (question) => demander(question, { cherchee: true }),
});
const partage = creerPartage($('partage'), () => location.href);

// Wide enough for the legend to lie open without covering what it explains.
$('legende').open = !('integration' in racine.dataset) && matchMedia('(min-width: 100rem)').matches;

const apercu = creerApercu($('apercu'), $('toile'), {
  emprise: LIEUX.metropole.emprise,
  surInteret: appeler,
  surPoint: (point) => demander({ point }),
});
racine.dataset.carte = 'image';
// The picture is of the métropole in the usual colours: under others only its shapes are true, and any other first view
// waits on a plain sea.
if (vue.carte || vue.point || (vue.lieu && vue.lieu !== 'metropole')) racine.dataset.apercu = 'non';
else if (Object.values(habillage(vue)).some((autre) => autre !== undefined)) racine.dataset.apercu = 'terne';

addEventListener('popstate', suivreAdresse);
document.querySelectorAll('[data-lieu]').forEach((lien) =>
  // Chips are links: the browser writes the address, and coming back to it does the same work.
  lien.addEventListener('click', (clic) => {
    if (clic.ctrlKey || clic.metaKey || clic.shiftKey) return;
    clic.preventDefault();
    noter({ ...questionDe(vue), ...habillage(vue), lieu: lien.dataset.lieu }, true);
    appeler();
    if (scene) scene.cadrer(LIEUX[lien.dataset.lieu].emprise);
    else if (vue.lieu !== 'metropole') racine.dataset.apercu = 'non';
  }),
);
// Before the map is there, the picture is what is enlarged.
for (const [bouton, facteur] of [['zoom-plus', 2], ['zoom-moins', 0.5]])
  $(bouton).addEventListener('click', () => {
    appeler();
    if (!scene) apercu.zoomer(facteur);
  });
addEventListener('keydown', appeler); // whoever has no pointer must find the map in their way
$('recherche').addEventListener('focusin', appeler); // it will have to show the answer
$('position').addEventListener('click', demanderPosition);
$('phases').addEventListener('change', ({ target }) => changerHabillage({ phase: target.value, comparer: undefined }));
$('comparer').addEventListener('click', () => changerHabillage({ phase: undefined, comparer: vue.comparer === undefined ? 50 : undefined }));
$('filtre-effacer').addEventListener('click', () => {
  changerHabillage({ filtre: undefined });
  $('question').focus({ preventScroll: true }); // the button that had the focus is gone
});
$('theme').addEventListener('change', ({ target }) => changerHabillage({ theme: target.value }));
sombre.addEventListener('change', () => redessiner());

// ---- the map ----

// Called by whatever shows that somebody wants it; once is enough.
function appeler() {
  if (appelee) return;
  appelee = true;
  ouvrir().catch((cause) => {
    if (!(cause instanceof Indisponible)) console.error(cause);
    sansCarte('La carte n’a pas pu être chargée. Vérifiez votre connexion, puis rechargez la page.');
  });
}

async function ouvrir() {
  const venue = styleVoulu();
  venue.then(({ sources }) => devancerTuiles([sources.territoires, sources.contexte], premiereVue(), $('toile').getBoundingClientRect())).catch(() => {}); // said below
  fetch(OUVRIER_MAPLIBRE, { priority: 'low' }).catch(() => {}); // the library asks for it once it runs
  const [{ creerScene }] = await Promise.all([import('./scene.js'), venue]);
  await apercu.repos();
  const style = await styleVoulu(); // of now: colours may have been chosen meanwhile
  await apercu.repos();
  const prise = vue.carte || vue.lieu ? null : apercu.bougee();
  try {
    scene = creerScene(prise ? { center: [prise.lon, prise.lat], zoom: prise.zoom } : premiereVue(), style, liensDeLaScene());
    if (prise) noter({ ...questionDe(vue), ...habillage(vue), carte: scene.position() }, false);
  } catch (cause) {
    if (cause.name !== 'GPUInitializationError') throw cause;
    sansCarte('Votre navigateur ne peut pas dessiner la carte : WebGL y est absent ou désactivé. La recherche répond sans elle, et ', { href: '/territoires', texte: 'la liste des territoires se lit ici.' });
    image = creerImage($('carte-image'), () => (racine.dataset.apercu = 'non'));
  }
  apercu.ceder();
  dessiner(); // an answer may have been there first
  if (vue.carte && dessin.point) scene?.garderVisible(dessin.point); // and its sheet may have risen over what was touched
  await comparer();
}

function liensDeLaScene() {
  return {
    phase,
    surPoint: (point) => demander({ point }),
    surDeplacement: (carte) => noter({ ...questionDe(vue), ...habillage(vue), carte }, false),
    surMembre: (code) => marquerMembre(suite, code),
    surBouger: () => scene && racine.dataset.apercu !== 'non' && apercu.suivre(scene.position()),
    surTaille() {
      // A turned phone or a resized window keeps a named place, or what was answered, in its frame.
      if (vue.carte) return;
      if (dessin.emprise && !vue.lieu) scene.cadrer(dessin.emprise, 0);
      else if (vue.lieu || !vue.point) scene.cadrer(empriseSansReponse(), 0);
    },
    surCalme() {
      preparerEncarts();
      if (!panne) $('carte-avis').hidden = true;
      panne = false;
    },
    surPanne(entiere) {
      panne = true;
      avis(
        entiere
          ? 'La carte n’a pas pu être chargée. Rechargez la page dans un moment.'
          : 'Une partie de la carte n’a pas pu être chargée. Elle se complétera quand vous la déplacerez.',
      );
    },
    surArret: () => avis('La carte s’est interrompue. Rechargez la page pour la retrouver.'),
  };
}

// Once the large map is drawn and there is room: nobody waits for these.
let encartsDemandes = false;
async function preparerEncarts() {
  if (encartsDemandes || 'integration' in racine.dataset || !large.matches) return;
  encartsDemandes = true;
  const [{ creerEncarts }, style] = await Promise.all([import('./scene.js'), styleVoulu()]);
  encarts = creerEncarts($('lieux'), style, { phase, surNom: nommerEncart });
  if (dessin.id) encarts.choisir(dessin.id);
}

function nommerEncart(nom, lien) {
  const bulle = $('bulle');
  bulle.hidden = !nom;
  if (!nom) return;
  bulle.textContent = nom;
  const [zoneCarte, boiteLien] = [$('carte').getBoundingClientRect(), lien.getBoundingClientRect()];
  const x = Math.min(boiteLien.left - zoneCarte.left, zoneCarte.width - bulle.offsetWidth - 8);
  bulle.style.transform = `translate(${Math.round(x)}px, ${Math.round(boiteLien.top - zoneCarte.top - bulle.offsetHeight - 8)}px)`;
}

function premiereVue() {
  if (vue.carte) return { center: [vue.carte.lon, vue.carte.lat], zoom: vue.carte.zoom };
  if (vue.point && !vue.lieu) return { center: [vue.point.lon, vue.point.lat], zoom: AGRANDI_AU_POINT };
  const emprise = vue.lieu ? LIEUX[vue.lieu].emprise : (dessin.emprise ?? empriseSansReponse());
  return { bounds: emprise, fitBoundsOptions: { padding: marges(), maxZoom: 11 } };
}

// The place named, or what the filter keeps, or all.
const empriseSansReponse = () => LIEUX[vue.lieu]?.emprise ?? retenus?.emprise ?? LIEUX.metropole.emprise;

async function styleVoulu() {
  const [fichier, ids] = await Promise.all([fichierDeStyle(vue.theme ?? ORDINAIRE, sombre.matches), filtrer()]);
  montrerLegende($('legende-lignes'), fichier);
  return situerTuiles(pourFiltre(habiller(fichier, phase()), ids));
}

// The phase before, for the left side of a comparison.
const AVANT = Object.keys(PHASES).at(-1);
async function comparer() {
  $('legende-cotes').hidden = vue.comparer === undefined;
  if (vue.comparer === undefined) {
    comparaison?.fermer();
    comparaison = null;
    return;
  }
  if (!scene) return;
  const style = await situerTuiles(habiller(await fichierDeStyle(vue.theme ?? ORDINAIRE, sombre.matches), AVANT));
  if (vue.comparer === undefined) return; // closed meanwhile
  if (comparaison) {
    comparaison.habiller(style);
    comparaison.placer(vue.comparer);
    return;
  }
  const surPart = (part) => noter({ ...vue, comparer: part }, false);
  if (!('reponse' in racine.dataset)) volet.replier(); // on a phone, the map is what is asked for
  comparaison = scene.comparer(style, { avant: AVANT, apres: DERNIERE, part: vue.comparer, surPart });
}

/** The territories that the filter keeps, said in the panel; null without a filter. */
async function filtrer() {
  const cle = JSON.stringify([phase(), vue.filtre]);
  const { filtre } = vue;
  $('filtre').hidden = !filtre;
  $('lien-liste').href = $('filtre-liste').href = adresseDeListe(filtre, phase(), DERNIERE);
  if (!filtre) return (retenus = null);
  if (retenus?.cle === cle) return retenus.ids;
  volet.ouvrir(); // on a phone, where it is said
  try {
    const [gardes, tous] = await Promise.all([territoires(phase(), filtre), territoires(phase())]);
    retenus = { cle, ids: gardes.map(({ id }) => id), emprise: empriseDe(gardes, LIEUX.metropole.emprise) };
    const compte = `${gardes.length} territoire${gardes.length > 1 ? 's' : ''} sur ${tous.length}`;
    $('filtre-phrase').replaceChildren(element('strong', {}, compte), ` : ${direFiltre(filtre, gardes)}`);
    return retenus.ids;
  } catch (cause) {
    if (!(cause instanceof Indisponible)) throw cause;
    $('filtre-phrase').textContent = `Le filtre n’a pas pu être appliqué. ${cause.message}`;
    return null;
  }
}

let demandes = 0;
async function redessiner() {
  const ici = ++demandes;
  try {
    const avant = retenus?.cle;
    const style = await styleVoulu();
    if (ici !== demandes) return; // a later choice is on its way
    scene?.habiller(style);
    encarts?.habiller(style);
    // Another filter shows other places; a view or an answer of its own stays.
    if (retenus?.cle !== avant && !vue.carte && !vue.lieu && !questionDe(vue)) scene?.cadrer(empriseSansReponse());
    await comparer();
  } catch (cause) {
    if (!(cause instanceof Indisponible)) throw cause;
    panne = true;
    avis('Ces couleurs n’ont pas pu être chargées. Choisissez-les de nouveau dans un moment.');
  }
}

function dessiner() {
  scene?.selection.choisir(dessin.id, dessin.membres);
  scene?.marquer(dessin.point);
  encarts?.choisir(dessin.id);
  image?.montrer({ phase: phase(), id: dessin.id, nom: dessin.nom });
}

// ---- what colours the map, and which phase ----

function changerHabillage(changement) {
  appeler();
  const nouveau = { ...habillage(vue), ...changement };
  const autrePhase = (nouveau.phase ?? DERNIERE) !== phase();
  const { lieu } = vue;
  const question = questionDe(vue);
  // A territory is one of its phase: what it is in the other has to be looked up, while the map stays.
  const carte = vue.carte ?? (autrePhase && question?.territoire && !lieu ? scene?.position() : undefined);
  noter(lire(ecrire({ lieu, carte, ...(autrePhase && question?.territoire ? {} : question), ...nouveau })), true);
  marquerHabillage();
  redessiner();
  if (!autrePhase) return;
  boite.oublier();
  const reste = questionDe(vue);
  if (reste) demander(reste, { adresse: false, cadrer: false });
  else if (question) chercherCorrespondant(question.territoire);
}

// The territory shown, in the phase now chosen: the one that stands for it, or a sentence that says why there is none.
async function chercherCorrespondant(reference) {
  const refaire = (autre) => demander(autre, { cherchee: true });
  effacer({ adresse: false });
  enCours = new AbortController();
  const { signal } = enCours;
  occuper(true);
  try {
    const fiche = await territoire(reference, signal);
    const liste = await correspondants(fiche, phase(), signal);
    if (liste.length === 1) {
      noter({ lieu: vue.lieu, carte: vue.carte, ...habillage(vue), territoire: `${phase()}/${liste[0].id}` }, false);
      demander(questionDe(vue), { adresse: false, cadrer: false });
      return;
    }
    montrerCorrespondants(zone, fiche, liste, phase(), refaire);
    montrerSuite(suite, { effacer: retirer });
    annoncer();
  } catch (cause) {
    if (signal.aborted) return;
    if (!(cause instanceof Indisponible)) throw cause;
    montrerIndisponible(zone, cause.message);
    annoncer();
  }
  occuper(false);
}

function marquerHabillage() {
  for (const bouton of $('phases').querySelectorAll('input')) bouton.checked = bouton.value === phase();
  const montrees = vue.comparer === undefined ? [phase()] : Object.keys(PHASES);
  for (const option of $('theme').options) option.disabled = !convient(option.value, montrees, DERNIERE);
  $('comparer').setAttribute('aria-pressed', String(vue.comparer !== undefined));
  $('theme').value = vue.theme ?? ORDINAIRE;
}

// ---- questions and answers ----

async function demanderPosition() {
  enCours.abort();
  enCours = new AbortController();
  const { signal } = enCours;
  occuper(true);
  montrerAttente(zone);
  const position = await localiser();
  if (signal.aborted) return;
  occuper(false);
  if (position.phrase) {
    poser({ ...RIEN });
    montrerIndisponible(zone, position.phrase);
    montrerSuite(suite, { effacer: retirer });
    annoncer();
    if (questionDe(vue)) noter({ lieu: vue.lieu, carte: vue.carte, ...habillage(vue) }, true);
    return;
  }
  demander({ point: { lon: position.lon, lat: position.lat } }, { precision: position.precision, cherchee: true });
}

/**
 * @param {object} question as the address has it
 * @param {{ adresse?: boolean, cherchee?: boolean, cadrer?: boolean, precision?: number }} options `adresse`: write it
 *   there; `cherchee`: it came from the search, so the map goes where the answer is; `precision`: of a position, in metres
 */
async function demander(question, { adresse = true, cherchee = false, cadrer = true, precision = 0 } = {}) {
  enCours.abort();
  enCours = new AbortController();
  const { signal } = enCours;
  appeler();
  if (adresse) {
    // A click asks about what is seen; any other question takes the map with it.
    const ici = question.point && !cherchee ? { lieu: vue.lieu, carte: vue.lieu ? undefined : (scene ?? apercu).position() } : {};
    noter({ ...ici, ...question, ...habillage(vue), ...(question.territoire && { phase: phaseDe(question.territoire) }) }, true);
    marquerHabillage();
  }
  const voulue = phase();
  if (question.point) scene?.marquer((dessin.point = question.point));
  occuper(true);
  const lent = setTimeout(() => montrerAttente(zone), ATTENTE_MS);
  const refaire = (autre) => demander(autre, { cherchee: true });
  let fiche = null;
  let donnees = null;
  let lieu = null;
  let situation = Promise.resolve({});
  try {
    if (question.territoire) {
      fiche = await territoire(question.territoire, signal);
      montrerTerritoire(zone, fiche);
    } else {
      const { point, ...autre } = question;
      donnees = await appartenance(point ? { lon: point.lon.toFixed(6), lat: point.lat.toFixed(6) } : autre, voulue, signal);
    }
    const id = fiche?.id ?? donnees.territoire?.id ?? null;
    const venue = id && !fiche ? territoire(`${donnees.phase}/${id}`, signal) : Promise.resolve(fiche);
    venue.catch(() => {}); // the sentence stands without it
    if (donnees) {
      lieu = lieuDeLaReponse(question, donnees);
      poser({ ...RIEN, id, nom: donnees.territoire?.nom ?? '', point: lieu });
      situation = situer(question, donnees, lieu, signal);
      // The whole at once where it is there at once; else the sentence does not wait for it.
      fiche = await Promise.race([venue.catch(() => null), new Promise((suivre) => setTimeout(suivre, ATTENTE_MS))]);
      signal.throwIfAborted();
      montrerReponse(zone, donnees, { fiche, figures: id ? scene?.selection.figures(id) : null, note: reserve(donnees, precision), demander: refaire });
      signaler(question, donnees);
    }
    finir();
    continuer();
    if (!fiche && id) {
      fiche = await venue.catch(() => null);
      signal.throwIfAborted();
      if (fiche) {
        completerReponse(zone, fiche);
        continuer();
      }
    }
    const { emprise, point } = await situation;
    signal.throwIfAborted();
    poser({
      id: fiche?.id ?? id,
      nom: fiche?.nom ?? donnees?.territoire?.nom ?? '',
      membres: fiche?.membres ?? [],
      point: lieu ?? point ?? null,
      // A click asks about what is seen: the map stays.
      emprise: question.point && !cherchee ? null : (fiche?.bbox ?? emprise ?? null),
    });
    if (fiche && question.territoire) boite.ecrire(fiche.nom);
    if (cadrer && dessin.emprise && !vue.carte && !vue.lieu) scene?.cadrer(dessin.emprise);
    else if (question.point) scene?.garderVisible(question.point);
  } catch (cause) {
    if (signal.aborted) return;
    poser({ ...RIEN, point: question.point ?? null });
    if (!(cause instanceof Indisponible)) console.error(cause);
    const phrase = cause instanceof Indisponible ? cause.message : 'La réponse n’a pas pu être lue.';
    montrerSuite(suite, { effacer: retirer });
    montrerIndisponible(zone, phrase, cause.attendre === false ? undefined : () => demander(question, { adresse: false, cherchee, cadrer, precision }));
    finir();
  } finally {
    clearTimeout(lent);
  }

  function continuer() {
    montrerSuite(suite, { fiche, membre: donnees?.membre, demander: refaire, eclairer, effacer: retirer });
  }

  function finir() {
    clearTimeout(lent);
    occuper(false);
    annoncer();
  }
}

function poser(nouveau) {
  dessin = nouveau;
  dessiner();
}

// As a view has it: the usual phase goes without saying.
function phaseDe(reference) {
  const [dite] = reference.split('/');
  return dite === DERNIERE ? undefined : dite;
}

function eclairer(code) {
  scene?.selection.eclairer(code);
}

// Where the answer itself says the place is.
function lieuDeLaReponse({ point }, { geocodage, reponse }) {
  if (point) return point;
  if (reponse === 'incertain' || !Number.isFinite(geocodage?.lon)) return null;
  return { lon: geocodage.lon, lat: geocodage.lat };
}

// Where to look: a commune, an intercommunalité, an address. In a territory, the territory is what is framed.
async function situer(question, donnees, lieu, signal) {
  const autour = ({ lon, lat }) => [lon - AUTOUR, lat - AUTOUR * 0.7, lon + AUTOUR, lat + AUTOUR * 0.7];
  if (donnees.reponse === 'incertain' && !question.epci && !question.commune) return {};
  if (lieu) return { emprise: autour(lieu) };
  try {
    if (question.epci) return donnees.territoire ? {} : { emprise: (await epci(question.epci, signal)).bbox };
    const { centre } = donnees.commune ? await commune(donnees.commune.code, signal) : {};
    return centre ? { emprise: autour(centre), point: centre } : {};
  } catch {
    return {}; // the sentence stands without it
  }
}

// A position known to within less than the way to the limit decides nothing.
function reserve({ distanceLimiteM }, precision) {
  if (!(precision > 100) || !(Math.abs(distanceLimiteM) < precision)) return undefined;
  return `Votre position n’est connue qu’à ${distance(precision)} près, et la limite est plus proche : vérifiez par le nom de votre commune.`;
}

// The search box says what is asked, also where it was not typed there.
function signaler(question, donnees) {
  if (question.point) boite.ecrire('');
  else if (question.adresse) boite.ecrire(question.adresse);
  else if (question.commune) boite.ecrire(donnees.commune?.nom ?? '');
  else if (question.epci) boite.ecrire(donnees.membre?.nom ?? '');
}

function occuper(oui) {
  if (oui) zone.setAttribute('aria-busy', 'true');
  else zone.removeAttribute('aria-busy');
}

function annoncer() {
  racine.dataset.reponse = 'oui';
  volet.ouvrir();
}

function effacer({ adresse = true, retour = false } = {}) {
  enCours.abort();
  occuper(false);
  poser({ ...RIEN });
  effacerReponse(zone);
  suite.replaceChildren();
  delete racine.dataset.reponse;
  volet.replier();
  boite.ecrire('');
  // The view stays as it is: only the question goes.
  if (adresse) noter({ lieu: vue.lieu, carte: vue.lieu ? undefined : (vue.carte ?? scene?.position()), ...habillage(vue) }, true);
  if (retour) $('question').focus({ preventScroll: true }); // the button that had the focus is gone
}

function retirer() {
  effacer({ retour: true });
}

// ---- the address ----

function suivreAdresse() {
  const avant = vue;
  vue = lire(location.hash);
  marquerLieu();
  partage.actualiser();
  if (JSON.stringify(habillage(avant)) !== JSON.stringify(habillage(vue))) {
    marquerHabillage();
    boite.oublier();
    redessiner();
  }
  const question = questionDe(vue);
  if (!estOrdinaire(vue)) appeler();
  if (vue.carte) scene?.placer(vue.carte);
  else if (vue.lieu || !question) scene?.cadrer(empriseSansReponse());
  if (!question) effacer({ adresse: false });
  else if (!memeQuestion(avant, vue) || !('reponse' in racine.dataset)) demander(question, { adresse: false });
  else if (!vue.carte && !vue.lieu && dessin.emprise) scene?.cadrer(dessin.emprise);
}

function noter(nouvelle, etape) {
  vue = nouvelle;
  history[etape ? 'pushState' : 'replaceState'](null, '', ecrire(vue) || location.pathname + location.search);
  marquerLieu();
  partage.actualiser();
}

function marquerLieu() {
  const ici = vue.lieu ?? (vue.carte || questionDe(vue) ? null : 'metropole');
  document.querySelectorAll('[data-lieu]').forEach((lien) => {
    if (lien.dataset.lieu === ici) {
      lien.setAttribute('aria-current', 'true');
      lien.scrollIntoView({ block: 'nearest', inline: 'nearest' }); // on a phone the row is wider than the screen
    } else lien.removeAttribute('aria-current');
  });
  $('page-entiere').href = `/${ecrire(vue)}`;
}

// ---- what cannot be shown ----

function avis(phrase, lien) {
  $('carte-avis').replaceChildren(phrase);
  if (lien) $('carte-avis').append(element('a', { href: lien.href }, lien.texte));
  $('carte-avis').hidden = false;
}

function sansCarte(phrase, lien) {
  racine.dataset.carte = 'absente';
  avis(phrase, lien);
}

// ---- the start: after all that it needs is there ----

marquerLieu();
marquerHabillage();
const premiere = questionDe(vue);
if (premiere) demander(premiere, { adresse: false });
if (!estOrdinaire(vue)) appeler();
