// What the search box makes of the service's proposals: groups, marked letters, and what Enter means.
// No element of the page here: test/propositions.mjs runs it alone.

// In the order they are shown. Streets are addresses to whoever looks for one.
const GROUPES = [
  ['Territoires', ['territoire']],
  ['Intercommunalités', ['epci', 'ept']],
  ['Communes', ['commune']],
  ['Adresses', ['voie']],
];

/** Proposals by kind, each kind in the order given; kinds without any are left out. */
export const grouper = (resultats) =>
  GROUPES.map(([nom, types]) => ({ nom, resultats: resultats.filter(({ type }) => types.includes(type)) })).filter(
    ({ resultats: trouves }) => trouves.length > 0,
  );

/**
 * A name cut where letters are marked: `[{ texte, marque }]`. Ranges are in characters, not in UTF-16 units, half
 * open; what lies outside the name or goes backwards is left out.
 */
export function morceaux(nom, surlignes = []) {
  const lettres = [...nom];
  const parts = [];
  let ici = 0;
  const couper = (fin, marque) => {
    if (fin > ici) parts.push({ texte: lettres.slice(ici, fin).join(''), marque });
    ici = Math.max(ici, fin);
  };
  for (const [debut, fin] of surlignes) {
    if (!(debut >= ici && fin > debut && fin <= lettres.length)) continue;
    couper(debut, false);
    couper(fin, true);
  }
  couper(lettres.length, false);
  return parts;
}

/** Letters and figures alone, without accents, dashes or apostrophes: two texts that a reader takes for the same. */
export const plier = (texte) =>
  texte
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/**
 * What Enter does with no proposal chosen: the first one if its name is exactly the text and no other commune is
 * called so; else null, and the text is asked as an address, where the service itself names the homonyms.
 */
export function exact(texte, resultats) {
  const [premier] = resultats;
  const voulu = plier(texte);
  if (!premier || premier.type === 'voie' || plier(premier.nom) !== voulu) return null;
  const homonymes = resultats.filter(({ type, nom }) => type === 'commune' && plier(nom) === voulu);
  return homonymes.length > 1 ? null : premier;
}

/** The question a proposal stands for. */
export function questionDeProposition({ type, code, nom, contexte }, phase) {
  if (type === 'territoire') return { territoire: `${phase}/${code}` };
  if (type === 'epci' || type === 'ept') return { epci: code };
  if (type === 'commune') return { commune: code };
  return { adresse: `${nom}, ${contexte}` };
}

/** The question a text is, where no proposal is: five figures are a postcode to the service too. */
export const questionDuTexte = (texte) => ({ adresse: texte.trim().replace(/\s+/g, ' ') });
