// With a mouse: the territory under the pointer lights up and says its name, since not every name is on the map; over
// the chosen one, the member under the pointer does.
import { MEMBRES } from './style-de-carte.js';

const SOURCE = 'territoires';
const ECART = 16; // px between pointer and label

/**
 * @param {() => string} phase the phase drawn: the tile layer has its name
 * @param {(code: string | null) => void} surMembre the member of the chosen territory under the pointer
 */
export function suivreSurvol(carte, bulle, phase, surMembre) {
  if (!matchMedia('(hover: hover)').matches) return;
  let survole = null; // { id, couche }
  let membre = null;
  const etat = ({ id, couche }, survol) => {
    if (carte.getSource(SOURCE)) carte.setFeatureState({ source: SOURCE, sourceLayer: couche, id }, { survol });
  };
  const signaler = (code) => {
    if (code !== membre) surMembre((membre = code));
  };
  const quitter = () => {
    if (survole) etat(survole, false);
    survole = null;
    signaler(null);
    bulle.hidden = true;
    carte.getCanvas().style.cursor = '';
  };

  carte.on('mousemove', 'temps-2-fond', ({ features, point }) => {
    const { id, properties } = features[0];
    if (id !== survole?.id) {
      if (survole) etat(survole, false);
      survole = { id, couche: phase() };
      etat(survole, true);
      carte.getCanvas().style.cursor = 'pointer';
    }
    const calques = MEMBRES.map(({ type }) => `membres-${type}`).filter((nom) => carte.getLayer(nom));
    const sous = carte.queryRenderedFeatures(point, { layers: calques })[0];
    signaler(sous?.properties.code ?? null);
    bulle.textContent = sous ? sous.properties.nom : properties.nom;
    bulle.hidden = false;
    const largeur = carte.getContainer().clientWidth;
    const x = Math.min(point.x + ECART, largeur - bulle.offsetWidth - 8);
    const y = point.y > 60 ? point.y - ECART - bulle.offsetHeight : point.y + ECART;
    bulle.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  });
  carte.on('mouseleave', 'temps-2-fond', quitter);
  carte.on('movestart', quitter);
}
