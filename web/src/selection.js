// The chosen territory, drawn strongly while the others recede, by feature state: nothing is reloaded.
// Layer and state names are those of styles/neutre.json and styles/neutre-sombre.json.

const SOURCE = 'territoires';
const COUCHE = 'temps-2';
const VOILE = 0.62; // of the land's colour: neighbours stay recognisable behind it

export function creerSelection(carte) {
  let choisi = null;
  const etat = (id, valeur) => carte.setFeatureState({ source: SOURCE, sourceLayer: COUCHE, id }, { choisi: valeur });

  const appliquer = () => {
    if (!carte.getSource(SOURCE)) return; // the style is still on its way: `style.load` comes back here
    if (choisi) etat(choisi, true);
    carte.setPaintProperty('temps-2-voile', 'fill-opacity', choisi ? VOILE : 0);
  };
  carte.on('style.load', appliquer); // a change of theme forgets feature states

  return {
    choisir(id) {
      if (choisi && carte.getSource(SOURCE)) etat(choisi, false);
      choisi = id;
      appliquer();
    },
    /** What the tiles say of a territory: at once where one of them is loaded, else when the view is complete. */
    async figures(id) {
      const lire = () =>
        carte.getSource(SOURCE) &&
        carte.querySourceFeatures(SOURCE, { sourceLayer: COUCHE, filter: ['==', ['get', 'id'], id] })[0]?.properties;
      return lire() ?? (await carte.once('idle'), lire());
    },
  };
}
