// Where no map can be drawn (WebGL is missing or refused), a picture of it stands in its place: the country, or the
// territory that an answer names. The service draws both.
const FRANCE = { src: '/cartes/neutre.svg?largeur=180&hauteur=180', alt: 'Carte de France des Territoires d’industrie' };

/** @param {HTMLImageElement} image where the picture goes @param {() => void} surImage there is one now */
export function creerImage(image, surImage) {
  image.addEventListener('load', () => {
    image.hidden = false;
    surImage();
  });
  image.addEventListener('error', () => (image.hidden = true)); // the picture of the page stays
  return {
    /** @param {{ phase: string, id: string | null, nom: string }} territoire */
    montrer({ phase, id, nom }) {
      const { src, alt } = id ? { src: `/territoires/${phase}/${id}/carte.svg`, alt: `Carte du Territoire d’industrie ${nom}` } : FRANCE;
      image.alt = alt;
      if (image.getAttribute('src') !== src) image.src = src;
    },
  };
}
