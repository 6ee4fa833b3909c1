// What the map may be coloured by: the style file; `derniere` where only the tiles of the latest phase have the field it
// reads. Also read by the build, which writes the choice into the page.
export const THEMES = {
  neutre: { nom: 'Territoires' },
  regions: { nom: 'Régions' },
  evolution: { nom: 'Évolution', derniere: true },
  'rebond-industriel': { nom: 'Rebond industriel', derniere: true },
};
export const ORDINAIRE = 'neutre';

/** Whether a theme can be drawn of all these phases. */
export const convient = (theme, phases, derniere) => !THEMES[theme].derniere || phases.every((phase) => phase === derniere);
