// The style of the map as the page draws it: the file of a theme, for a phase, with the layers that only a page needs.
// The files name the latest phase; the older one has the same layers under its own name.
import { DERNIERE } from './programme.js';
import { fichier } from './service.js';

const recus = new Map();

/** The file of a theme by day or by night: fetched once, and again if that failed. */
export function fichierDeStyle(theme, sombre) {
  const adresse = `/styles/${theme}${sombre ? '-sombre' : ''}.json`;
  if (!recus.has(adresse)) {
    const promesse = fichier(adresse);
    promesse.catch(() => recus.delete(adresse));
    recus.set(adresse, promesse);
  }
  return recus.get(adresse);
}

export const habiller = (style, phase) => avecMembres(avecEtats(pourPhase(style, phase)));

/** Layers that draw what is pointed at or chosen. Their files put them beyond every zoom: QGIS, which has no such states,
 * would draw all territories as chosen. Here they are at every zoom. */
const avecEtats = (style) => ({
  ...style,
  layers: style.layers.map(({ minzoom, ...calque }) => (minzoom === undefined || calque.metadata?.['territoires:etat'] ? calque : { ...calque, minzoom })),
});

/** The same style over the tiles of another phase. Layers keep their names: only what they draw changes. */
export function pourPhase(style, phase) {
  if (phase === DERNIERE) return style;
  const autre = (nom) => nom.replaceAll(DERNIERE, phase);
  const { territoires } = style.sources;
  const promoteId = Object.fromEntries(Object.entries(territoires.promoteId).map(([couche, champ]) => [autre(couche), champ]));
  return {
    ...style,
    sources: { ...style.sources, territoires: { ...territoires, url: autre(territoires.url), promoteId } },
    layers: style.layers.map((calque) => (calque.source === 'territoires' ? { ...calque, 'source-layer': autre(calque['source-layer']) } : calque)),
  };
}

/** The same style where only some territories are looked for: the others recede, and lose their names. */
export function pourFiltre(style, ids) {
  if (!ids) return style;
  const dedans = ['in', ['get', 'id'], ['literal', ids]];
  const layers = style.layers.map((calque) => (calque.id === 'temps-2-etiquettes' ? { ...calque, filter: dedans } : calque));
  const ici = layers.findIndex(({ id }) => id === 'temps-2-voile');
  const terre = layers.find(({ id }) => id === 'regions-fond').paint['fill-color'];
  const { source, 'source-layer': couche } = layers[ici];
  layers.splice(ici, 0, { id: 'temps-2-filtre', type: 'fill', source, 'source-layer': couche, filter: ['!', dedans], paint: { 'fill-color': terre, 'fill-opacity': VOILE } });
  return { ...style, layers };
}
const VOILE = 0.78; // of the land's colour: what is filtered out is still there

// What members are drawn from: kind of member, source, tile layer, and from which zoom it is worth its tiles.
export const MEMBRES = [
  { type: 'epci', source: 'epci', couche: 'epci', minzoom: 4 },
  { type: 'ept', source: 'ept', couche: 'ept', minzoom: 4 },
  { type: 'commune', source: 'communes', couche: 'communes', minzoom: 7 },
];

/** The members of a chosen territory: hidden, and their tiles not asked for, until there is one. */
function avecMembres(style) {
  const paint = (id, propriete) => style.layers.find((calque) => calque.id === id).paint[propriete];
  const sources = { ...style.sources, ept: { type: 'vector', url: '/tiles/ept.json' } };
  for (const { source, couche } of MEMBRES) sources[source] = { ...sources[source], promoteId: { [couche]: 'code' } };
  const eclaire = ['boolean', ['feature-state', 'eclaire'], false];
  const ajouts = MEMBRES.flatMap(({ type, source, couche, minzoom }) => {
    const commun = { source, 'source-layer': couche, minzoom, filter: ['in', ['get', 'code'], ['literal', []]] };
    return [
      {
        ...commun,
        id: `membres-${type}`,
        type: 'fill',
        layout: { visibility: 'none' },
        paint: { 'fill-color': paint('temps-2-survol', 'fill-color'), 'fill-opacity': ['case', eclaire, 0.45, 0] },
      },
      {
        ...commun,
        id: `membres-${type}-limites`,
        type: 'line',
        layout: { visibility: 'none', 'line-join': 'round', 'line-cap': 'round' },
        paint: { 'line-color': paint('temps-2-limite', 'line-color'), 'line-width': ['case', eclaire, 2, 0.8], 'line-opacity': ['case', eclaire, 0.9, 0.5] },
      },
    ];
  });
  // Above the ground of all levels, under the perimeters.
  const ici = style.layers.findIndex(({ id }) => id === 'temps-2-lisere');
  return { ...style, sources, layers: [...style.layers.slice(0, ici), ...ajouts, ...style.layers.slice(ici)] };
}
