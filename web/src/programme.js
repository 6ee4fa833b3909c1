// The two phases of the programme, the latest first, as the page names them.
export const PHASES = {
  'temps-2': { nom: 'Temps 2', periode: '2023-2027' },
  'temps-1': { nom: 'Temps 1', periode: '2018-2022' },
};
export const DERNIERE = 'temps-2';

// What the map may be coloured by: the style file, and the phases whose tiles have the field it reads.
export const THEMES = {
  neutre: { nom: 'Territoires', phases: ['temps-2', 'temps-1'] },
  regions: { nom: 'Régions', phases: ['temps-2', 'temps-1'] },
  evolution: { nom: 'Évolution', phases: ['temps-2'] },
  'rebond-industriel': { nom: 'Rebond industriel', phases: ['temps-2'] },
};
export const ORDINAIRE = 'neutre';
