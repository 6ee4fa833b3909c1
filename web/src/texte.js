// French typography for the numbers and dates the page writes itself.

const NOMBRE = new Intl.NumberFormat('fr-FR');
const UNE_DECIMALE = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 1 });
const DATE = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' });
const FINE = '\u202f'; // narrow no-break space
const INSECABLE = '\u00a0';

/** `533255` → « 533 255 », with narrow no-break spaces. */
export const nombre = (valeur) => NOMBRE.format(Math.round(valeur));

/** A count and its unit on one line: « 533 255 habitants ». */
export const quantite = (valeur, unite) => `${nombre(valeur)}${INSECABLE}${unite}`;

/** Metres → « 850 m », « 4,2 km », « 12 km »: no more digits than a reader can use. */
export function distance(metres) {
  const m = Math.abs(metres);
  if (m < 995) return `${nombre(m < 100 ? m : Math.round(m / 10) * 10)}${INSECABLE}m`;
  return `${(m < 9950 ? UNE_DECIMALE : NOMBRE).format(m < 9950 ? m / 1000 : Math.round(m / 1000))}${INSECABLE}km`;
}

/** `2024-07-04` → « 4 juillet 2024 », and the first of a month as « 1er ». Anything else is returned as it came. */
export function date(iso) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso ?? '')) return iso ?? '';
  const jour = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(jour.getTime())) return iso;
  return DATE.format(jour).replace(/^1 /, '1er ').replaceAll(' ', INSECABLE);
}

/** The line under every answer: « Liste ANCT du 4 juillet 2024 · communes au 1er janvier 2026 · Licence Ouverte 2.0 ». */
export function ligneDeSource(source) {
  const annee = source.cogCommunes ?? source.cog;
  return [
    source.producteur && source.edition && `Liste ${source.producteur} du ${date(source.edition)}`,
    annee && `communes au ${date(`${annee}-01-01`)}`,
    source.licence?.replaceAll(' ', INSECABLE),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Signs that French keeps on the line of the word before them; the service may send plain spaces there. */
export const insecables = (texte) =>
  texte
    .replace(/ ([;!?])/g, `${FINE}$1`)
    .replace(/ ([:»–])/g, `${INSECABLE}$1`)
    .replace(/« /g, `«${INSECABLE}`);


/** « A », « A et B », « A, B et C ». */
export const enumeration = (noms) => (noms.length < 2 ? noms.join('') : `${noms.slice(0, -1).join(', ')} et ${noms.at(-1)}`);

export const majuscule = (texte) => texte.charAt(0).toUpperCase() + texte.slice(1);
