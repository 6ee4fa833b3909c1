// The chosen territory, drawn strongly while the others recede, and its members, of which one may be lit: by feature
// state, so that nothing is reloaded. Layer and state names are those of styles/*.json and style-de-carte.js.
import { MEMBRES } from './style-de-carte.js';

const SOURCE = 'territoires';
const VOILE = 0.62; // of the land's colour: neighbours stay recognisable behind it

/** @param {() => string} phase the phase drawn: the tile layer has its name */
export function creerSelection(carte, phase) {
  let choisi = null; // { id, phase }
  let membres = [];
  let eclaire = null;
  const etat = ({ id, phase: couche }, valeur) => carte.setFeatureState({ source: SOURCE, sourceLayer: couche, id }, { choisi: valeur });
  const allumer = (code, valeur) => {
    const type = membres.find((membre) => membre.code === code)?.type;
    const calque = MEMBRES.find((un) => un.type === type);
    if (calque && carte.getSource(calque.source)) carte.setFeatureState({ source: calque.source, sourceLayer: calque.couche, id: code }, { eclaire: valeur });
  };

  const appliquer = () => {
    if (!carte.getLayer('temps-2-voile')) return; // the style is still on its way: `style.load` comes back here
    const dessine = choisi?.phase === phase() ? choisi : null;
    if (dessine) etat(dessine, true);
    carte.setPaintProperty('temps-2-voile', 'fill-opacity', dessine ? VOILE : 0);
    for (const { type } of MEMBRES) {
      const codes = dessine ? membres.filter((membre) => membre.type === type).map(({ code }) => code) : [];
      for (const calque of [`membres-${type}`, `membres-${type}-limites`]) {
        if (!carte.getLayer(calque)) continue;
        carte.setLayoutProperty(calque, 'visibility', codes.length > 0 ? 'visible' : 'none');
        if (codes.length > 0) carte.setFilter(calque, ['in', ['get', 'code'], ['literal', codes]]);
      }
    }
    if (eclaire) allumer(eclaire, true);
  };
  carte.on('style.load', appliquer); // a change of theme forgets all of it

  return {
    /** @param {string | null} id @param {{ type: string, code: string }[]} liste */
    choisir(id, liste = []) {
      if (choisi && carte.getSource(SOURCE)) etat(choisi, false);
      if (eclaire) allumer(eclaire, false);
      eclaire = null;
      choisi = id ? { id, phase: phase() } : null;
      membres = liste;
      appliquer();
    },
    eclairer(code) {
      if (code === eclaire) return;
      if (eclaire) allumer(eclaire, false);
      eclaire = code;
      if (eclaire) allumer(eclaire, true);
    },
    /** What the tiles at hand say of a territory. */
    figures(id) {
      const couche = phase();
      return carte.getSource(SOURCE) && carte.querySourceFeatures(SOURCE, { sourceLayer: couche, filter: ['==', ['get', 'id'], id] })[0]?.properties;
    },
  };
}
