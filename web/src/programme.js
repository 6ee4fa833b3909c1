// The phases of the programme, the latest first, as the service writes them into the page: none is known here.
const lues = [...(globalThis.document?.querySelectorAll('#phases input') ?? [])];
export const PHASES = Object.fromEntries(lues.map(({ value, dataset }) => [value, { nom: dataset.nom, periode: dataset.periode }]));
export const DERNIERE = Object.keys(PHASES)[0];
