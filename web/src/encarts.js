// On wide screens the links to the overseas départements and Île-de-France carry a small map each, in the colours,
// the phase and with the choice of the large one. One hidden map draws them in turn and its picture is copied: six
// living maps would cost six drawing contexts, of which a browser grants few, and six times the shaders.
import { ouvrirCarte } from './carte.js';
import { element } from './elements.js';
import { LIEUX } from './lieux.js';
import { creerSelection } from './selection.js';

const BORD = 5; // px around the bounds
const REPOS_MS = 60; // several changes at once are one

/**
 * @param {HTMLElement} nav the links; those with `data-encart` get a map
 * @param {object} style as the large map has it
 * @param {{ phase: () => string, surNom: (nom: string | null, lien: HTMLElement) => void }} liens
 */
export function creerEncarts(nav, style, { phase, surNom }) {
  const vues = [...nav.querySelectorAll('[data-encart]')].map((lien) => ({ lien, toile: element('canvas', { 'aria-hidden': 'true' }), emprise: LIEUX[lien.dataset.lieu].emprise }));
  const atelier = element('div', { class: 'encarts-atelier', 'aria-hidden': 'true' });
  nav.append(atelier);
  for (const { lien, toile } of vues) lien.prepend(toile);
  const mesurer = () => {
    const { clientWidth, clientHeight } = vues[0].toile;
    Object.assign(atelier.style, { width: `${clientWidth}px`, height: `${clientHeight}px` });
  };
  mesurer();

  const carte = ouvrirCarte(atelier, { bounds: vues[0].emprise, interactive: false }, alleger(style));
  const selection = creerSelection(carte, phase);
  let tour = 0; // of drawing: a later one ends the one under way
  let minuterie = 0;
  let presente = null; // what the hidden map shows
  let survole = null; // { id, couche }

  const calme = () => new Promise((suivre) => (carte.once('idle', suivre), carte.triggerRepaint()));

  async function aller(vue) {
    presente = vue;
    const but = carte.cameraForBounds(vue.emprise, { padding: BORD });
    if (but) carte.jumpTo(but);
    await calme();
  }

  function copier({ toile }) {
    carte.redraw(); // a WebGL canvas forgets its pixels once they are shown
    const dessin = carte.getCanvas();
    [toile.width, toile.height] = [dessin.width, dessin.height];
    toile.getContext('2d').drawImage(dessin, 0, 0);
  }

  async function dessiner() {
    const ici = ++tour;
    eteindre();
    delete nav.dataset.encarts;
    mesurer();
    carte.resize();
    for (const vue of vues) {
      await aller(vue);
      if (ici !== tour) return;
      copier(vue);
    }
    nav.dataset.encarts = 'dessines';
  }

  function demander() {
    tour++;
    clearTimeout(minuterie);
    minuterie = setTimeout(dessiner, REPOS_MS);
  }

  function eteindre() {
    if (survole && carte.getLayer('temps-2-survol')) carte.setFeatureState({ source: 'territoires', sourceLayer: survole.couche, id: survole.id }, { survol: false });
    survole = null;
  }

  async function survoler(vue, { offsetX, offsetY }) {
    if (nav.dataset.encarts !== 'dessines') return; // they come first
    if (presente !== vue) await aller(vue);
    if (presente !== vue || !vue.lien.matches(':hover')) return;
    const [sous] = carte.getLayer('temps-2-fond') ? carte.queryRenderedFeatures([offsetX, offsetY], { layers: ['temps-2-fond'] }) : [];
    if (sous?.id === survole?.id) return;
    eteindre();
    if (sous) carte.setFeatureState({ source: 'territoires', sourceLayer: (survole = { id: sous.id, couche: phase() }).couche, id: sous.id }, { survol: true });
    copier(vue);
    surNom(sous?.properties.nom ?? null, vue.lien);
  }

  for (const vue of vues) {
    vue.toile.addEventListener('pointermove', (ou) => ou.pointerType === 'mouse' && survoler(vue, ou));
    vue.lien.addEventListener('pointerleave', () => {
      surNom(null, vue.lien);
      if (!survole || presente !== vue) return;
      eteindre();
      copier(vue);
    });
  }
  carte.on('error', () => {}); // the large map asks for the same tiles and says what is missing
  carte.on('style.load', demander);
  addEventListener('resize', demander);
  addEventListener('afterprint', demander);

  return {
    habiller: (nouveau) => carte.setStyle(alleger(nouveau)),
    choisir(id) {
      selection.choisir(id);
      demander();
    },
  };
}

// Shapes alone: names would not fit, and what is only drawn near by is not seen from here.
function alleger(style) {
  const { contexte, territoires } = style.sources;
  return { ...style, sources: { contexte, territoires }, layers: style.layers.filter(({ source, type }) => type !== 'symbol' && (!source || source === 'contexte' || source === 'territoires')) };
}
