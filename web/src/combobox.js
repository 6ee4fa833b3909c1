// The search box: a combobox with a list (ARIA 1.2). The focus stays in the text; the arrows move a choice in the list
// that `aria-activedescendant` names. The page's own script gives it its roles: without one it is a plain field.
import { element, marque, mot } from './elements.js';
import { exact, grouper, morceaux, questionDeProposition, questionDuTexte } from './propositions.js';

const REPOS_MS = 120; // between two letters nobody wants an answer

/**
 * @param {HTMLFormElement} formulaire the form: a field, a button that clears it, the list and a status line
 * @param {{ chercher: (texte: string, signal: AbortSignal) => Promise<object[]>, phase: () => string,
 *           demander: (question: object) => void }} liens
 */
export function creerCombobox(formulaire, { chercher, phase, demander }) {
  const champ = formulaire.querySelector('input');
  const vider = formulaire.querySelector('.recherche-vider');
  const panneau = formulaire.querySelector('.propositions');
  const liste = panneau.querySelector('[role="listbox"]');
  const phrase = panneau.querySelector('.propositions-phrase');
  const etat = formulaire.querySelector('[role="status"]');

  let options = []; // what the list shows: { element, agir }
  let active = -1;
  let connus = null; // the last proposals: { texte, resultats }, or { texte, resultats: [] } where the service failed
  let enCours = new AbortController();
  let minuterie = 0;
  let saisie = false; // the text is being written, and was not asked yet

  for (const [nom, valeur] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': liste.id }))
    champ.setAttribute(nom, valeur);

  const texte = () => champ.value.trim();

  function arreter() {
    clearTimeout(minuterie);
    enCours.abort();
    enCours = new AbortController();
  }

  function fermer() {
    activer(-1);
    panneau.hidden = true;
    champ.setAttribute('aria-expanded', 'false');
  }

  function activer(rang) {
    options[active]?.element.setAttribute('aria-selected', 'false');
    active = rang;
    const choisie = options[active]?.element;
    if (!choisie) {
      champ.removeAttribute('aria-activedescendant');
      return;
    }
    choisie.setAttribute('aria-selected', 'true');
    champ.setAttribute('aria-activedescendant', choisie.id);
    choisie.scrollIntoView({ block: 'nearest' });
  }

  function poser(question, libelle) {
    arreter();
    saisie = false;
    if (libelle !== undefined) champ.value = libelle;
    vider.hidden = !champ.value;
    fermer();
    etat.textContent = '';
    if (matchMedia('(hover: none)').matches) champ.blur(); // the keyboard of a phone would cover the answer
    demander(question);
  }

  function option(contenu, agir, attributs = {}) {
    const e = element('div', { role: 'option', id: `${liste.id}-${options.length}`, class: 'proposition', 'aria-selected': 'false', ...attributs }, ...contenu);
    e.addEventListener('click', agir);
    options.push({ element: e, agir });
    return e;
  }

  function proposition(resultat) {
    const nom = element('span', { class: 'proposition-nom' });
    for (const { texte: lettres, marque: marquee } of morceaux(resultat.nom, resultat.surlignes)) nom.append(marquee ? element('mark', {}, lettres) : lettres);
    const contenu = [nom, ' ', element('span', { class: 'proposition-contexte' }, resultat.contexte ?? '')];
    // A territory needs no verdict, and a street has that of its commune, which the address itself may correct.
    const avecReponse = resultat.type !== 'territoire';
    if (avecReponse) contenu.push(' ', element('span', { class: 'proposition-reponse', 'data-reponse': resultat.reponse }, marque(resultat.reponse), mot(resultat.reponse)));
    const libelle = resultat.type === 'voie' ? `${resultat.nom}, ${resultat.contexte}` : resultat.nom;
    return option(contenu, () => poser(questionDeProposition(resultat, phase()), libelle));
  }

  function montrer(demande, resultats, panne = '') {
    connus = { texte: demande, resultats };
    activer(-1);
    options = [];
    const groupes = grouper(resultats).map(({ nom, resultats: trouves }, i) => {
      const id = `${liste.id}-groupe-${i}`;
      return element('div', { role: 'group', 'aria-labelledby': id }, element('div', { class: 'propositions-groupe', id, role: 'presentation' }, nom), ...trouves.map(proposition));
    });
    // The way out for whatever no list holds: the text itself, asked as an address.
    const adresse = option([element('span', { class: 'proposition-nom' }, `Chercher l’adresse «\u00a0${demande}\u00a0»`)], () => poser(questionDuTexte(demande)), { 'data-adresse': '' });
    liste.replaceChildren(...groupes, adresse);
    phrase.hidden = resultats.length > 0 && !panne;
    phrase.textContent =
      panne ||
      'Rien ne porte ce nom. Essayez le nom d’une commune, un code postal, ou une adresse avec sa commune, par exemple «\u00a02 place Royale, Pau\u00a0».';
    etat.textContent = resultats.length > 0 ? `${resultats.length} proposition${resultats.length > 1 ? 's' : ''}` : phrase.textContent;
    panneau.hidden = false;
    liste.scrollTop = 0;
    champ.setAttribute('aria-expanded', 'true');
  }

  async function proposer(demande) {
    const { signal } = enCours;
    try {
      montrer(demande, await chercher(demande, signal));
    } catch (cause) {
      if (signal.aborted) return;
      montrer(demande, [], `${cause.message} Vous pouvez tout de même demander l’adresse.`);
    }
  }

  champ.addEventListener('input', () => {
    arreter();
    saisie = true;
    vider.hidden = !champ.value;
    const demande = texte();
    if (!demande) {
      connus = null;
      fermer();
      etat.textContent = '';
      return;
    }
    minuterie = setTimeout(() => proposer(demande), REPOS_MS);
  });

  champ.addEventListener('keydown', (touche) => {
    if (touche.isComposing || touche.altKey || touche.ctrlKey || touche.metaKey) return;
    const ouverte = !panneau.hidden;
    const n = options.length;
    if (touche.key === 'ArrowDown' || touche.key === 'ArrowUp') {
      touche.preventDefault();
      const bas = touche.key === 'ArrowDown';
      if (ouverte) return activer(active < 0 ? (bas ? 0 : n - 1) : (active + (bas ? 1 : n - 1)) % n);
      if (!texte()) return;
      arreter();
      proposer(texte()).then(() => panneau.hidden || activer(bas ? 0 : options.length - 1));
    } else if (ouverte && active >= 0 && (touche.key === 'Home' || touche.key === 'End')) {
      touche.preventDefault();
      activer(touche.key === 'Home' ? 0 : n - 1);
    } else if (ouverte && (touche.key === 'ArrowLeft' || touche.key === 'ArrowRight')) {
      activer(-1); // back to the text
    } else if (touche.key === 'Escape' && (ouverte || champ.value)) {
      touche.preventDefault();
      arreter();
      if (ouverte) fermer();
      else effacer();
    }
  });

  formulaire.addEventListener('submit', async (envoi) => {
    envoi.preventDefault();
    const demande = texte();
    if (!demande) return champ.focus();
    if (!panneau.hidden && active >= 0) return options[active].agir();
    // Faster than the list: what Enter means depends on it, so it is asked for now.
    let resultats = connus?.texte === demande ? connus.resultats : null;
    if (!resultats) {
      arreter();
      const { signal } = enCours;
      resultats = await chercher(demande, signal).catch(() => []);
      if (signal.aborted) return;
    }
    const trouve = exact(demande, resultats);
    poser(trouve ? questionDeProposition(trouve, phase()) : questionDuTexte(demande), trouve?.nom);
  });

  // A press on the list must not take the focus from the text: the list would close before the click.
  panneau.addEventListener('mousedown', (appui) => appui.preventDefault());
  formulaire.addEventListener('focusout', ({ relatedTarget }) => {
    if (!formulaire.contains(relatedTarget)) fermer();
  });
  champ.addEventListener('click', () => {
    if (panneau.hidden && connus && connus.texte === texte()) montrer(connus.texte, connus.resultats);
  });

  function effacer() {
    arreter();
    champ.value = '';
    vider.hidden = true;
    connus = null;
    fermer();
    etat.textContent = '';
  }
  vider.addEventListener('click', () => {
    effacer();
    champ.focus();
  });
  vider.hidden = !champ.value;

  return {
    /** Writes what is asked, where it was not typed here: an address opened, a button, a step back. */
    ecrire(libelle) {
      if (saisie && document.activeElement === champ) return; // the reader is faster than the answer
      saisie = false;
      arreter();
      champ.value = libelle;
      vider.hidden = !libelle;
      connus = null;
      fermer();
    },
    focus: () => champ.focus({ preventScroll: true }),
    /** Another phase has other answers. */
    oublier: () => (connus = null),
  };
}
