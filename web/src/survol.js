// With a mouse: the territory under the pointer lights up and says its name, since not every name is on the map.

const SOURCE = 'territoires';
const COUCHE = 'temps-2';
const ECART = 16; // px between pointer and label

export function suivreSurvol(carte, bulle) {
  if (!matchMedia('(hover: hover)').matches) return;
  let survole = null;
  const etat = (id, survol) => {
    if (carte.getSource(SOURCE)) carte.setFeatureState({ source: SOURCE, sourceLayer: COUCHE, id }, { survol });
  };
  const quitter = () => {
    if (survole !== null) etat(survole, false);
    survole = null;
    bulle.hidden = true;
    carte.getCanvas().style.cursor = '';
  };

  carte.on('mousemove', 'temps-2-fond', ({ features, point }) => {
    const { id, properties } = features[0];
    if (id !== survole) {
      if (survole !== null) etat(survole, false);
      survole = id;
      etat(id, true);
      bulle.textContent = properties.nom;
      bulle.hidden = false;
      carte.getCanvas().style.cursor = 'pointer';
    }
    const largeur = carte.getContainer().clientWidth;
    const x = Math.min(point.x + ECART, largeur - bulle.offsetWidth - 8);
    const y = point.y > 60 ? point.y - ECART - bulle.offsetHeight : point.y + ECART;
    bulle.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  });
  carte.on('mouseleave', 'temps-2-fond', quitter);
  carte.on('movestart', quitter);
}
