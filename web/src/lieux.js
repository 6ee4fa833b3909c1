// The parts of France one click away. Bounds are west, south, east, north in degrees, with the coast inside.
// `encart`: with a small map of its own on wide screens. Also read by the build, which writes the links into the page so that they are there before any script runs.
export const LIEUX = {
  metropole: { nom: 'Métropole', emprise: [-5.2, 41.3, 9.65, 51.15] },
  'ile-de-france': { nom: 'Île-de-France', emprise: [1.44, 48.12, 3.56, 49.25], encart: true },
  corse: { nom: 'Corse', emprise: [8.5, 41.32, 9.6, 43.05] },
  guadeloupe: { nom: 'Guadeloupe', emprise: [-61.84, 15.8, -60.97, 16.53], encart: true },
  martinique: { nom: 'Martinique', emprise: [-61.25, 14.37, -60.79, 14.9], encart: true },
  guyane: { nom: 'Guyane', emprise: [-54.62, 2.1, -51.6, 5.8], encart: true },
  'la-reunion': { nom: 'La Réunion', emprise: [55.19, -21.41, 55.86, -20.85], encart: true },
  mayotte: { nom: 'Mayotte', emprise: [45.0, -13.02, 45.32, -12.62], encart: true },
};
