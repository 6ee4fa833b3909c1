// The part of the map that nothing covers is an element of the page, so CSS alone decides it.

const $ = (id) => document.getElementById(id);

export const libre = () => $('cadre').getBoundingClientRect();

/** The margins that leave it free, as MapLibre wants them. */
export function marges() {
  const carte = $('toile').getBoundingClientRect();
  const { top, right, bottom, left } = libre();
  return { top: top - carte.top, right: carte.right - right, bottom: carte.bottom - bottom, left: left - carte.left };
}

/** Its middle, from the map's corner. */
export function milieu() {
  const carte = $('toile').getBoundingClientRect();
  const { top, right, bottom, left } = libre();
  return [(left + right) / 2 - carte.left, (top + bottom) / 2 - carte.top];
}
