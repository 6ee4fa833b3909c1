// Web Mercator, as MapLibre counts it: what the page must know of the map before the library is there.

export const TUILE = 512; // px of a tile at its own zoom

/** Fractions of the world from its north-west corner. */
export function mercator([lon, lat]) {
  return [lon / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)];
}

export function degres([x, y]) {
  return { lon: (x - 0.5) * 360, lat: (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90 };
}

/**
 * Where a map looks: its zoom, and what lies in its middle.
 * @param {object} debut `{ bounds, fitBoundsOptions: { padding, maxZoom } }` or `{ center, zoom }`, as the map gets it
 * @param {{ width: number, height: number }} toile the size of the map
 * @returns {{ zoom: number, milieu: [number, number] }}
 */
export function cameraDe({ bounds, fitBoundsOptions, center, zoom }, { width, height }) {
  if (!bounds) return { zoom, milieu: mercator(center) };
  const { padding, maxZoom = Infinity } = fitBoundsOptions;
  const { top, right, bottom, left } = padding;
  const [[ouest, nord], [est, sud]] = [mercator([bounds[0], bounds[3]]), mercator([bounds[2], bounds[1]])];
  const tenu = Math.min(Math.log2(Math.min((width - left - right) / (est - ouest), (height - top - bottom) / (sud - nord)) / TUILE), maxZoom);
  const monde = TUILE * 2 ** tenu;
  return { zoom: tenu, milieu: [(ouest + est) / 2 + (right - left) / 2 / monde, (nord + sud) / 2 + (bottom - top) / 2 / monde] };
}

/** What of the world is under a position of the map, in px from its corner. */
export function sous({ x, y }, { zoom, milieu }, { width, height }) {
  const monde = TUILE * 2 ** zoom;
  return [milieu[0] + (x - width / 2) / monde, milieu[1] + (y - height / 2) / monde];
}

/** The same map, moved and scaled so that what was under one position is now under another. */
export function porter(camera, toile, de, vers, facteur = 1) {
  const tenu = sous(de, camera, toile);
  const zoom = Math.min(ZOOMS[1], Math.max(ZOOMS[0], camera.zoom + Math.log2(facteur)));
  const monde = TUILE * 2 ** zoom;
  return { zoom, milieu: [tenu[0] - (vers.x - toile.width / 2) / monde, tenu[1] - (vers.y - toile.height / 2) / monde] };
}

/** The zooms that the map goes to. */
export const ZOOMS = [2, 15];
