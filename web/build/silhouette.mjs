// The outline of metropolitan France as one small SVG path, shown until the first tiles are drawn.
// It is drawn in the map's own projection and framed by the same bounds as the first view, so that the map
// appears exactly over it and nothing jumps.
import { readFile } from 'node:fs/promises';
import { feature } from 'topojson-client';

const WIDTH = 1000; // units of the viewBox
const TOLERANCE = 1.1; // units: about half a pixel where the map is 500 px wide
const SMALLEST_RING = 60; // square units: islands below this are specks

export async function silhouette(atlas, [west, south, east, north]) {
  const topology = JSON.parse(await readFile(atlas, 'utf8'));
  const france = topology.objects.countries.geometries.find((country) => country.id === '250');
  const scale = WIDTH / (mercatorX(east) - mercatorX(west));
  const project = ([lon, lat]) => [
    (mercatorX(lon) - mercatorX(west)) * scale,
    (mercatorY(north) - mercatorY(lat)) * scale,
  ];
  const height = Math.round((mercatorY(north) - mercatorY(south)) * scale);
  const rings = feature(topology, france)
    .geometry.coordinates.map((polygon) => polygon[0])
    .filter((ring) => ring.every(([lon, lat]) => lon > west && lon < east && lat > south && lat < north))
    .map((ring) => simplify(ring.map(project), TOLERANCE))
    .filter((ring) => Math.abs(area(ring)) > SMALLEST_RING);
  if (rings.length === 0) throw new Error('no ring of metropolitan France in the atlas');
  return `<svg class="silhouette" viewBox="0 0 ${WIDTH} ${height}" aria-hidden="true" focusable="false"><path d="${rings.map(path).join('')}"/></svg>`;
}

const mercatorX = (lon) => (lon * Math.PI) / 180;
const mercatorY = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));

// Douglas & Peucker (1973) on a closed ring: its first point and the one farthest from it stay.
function simplify(ring, tolerance) {
  let far = 0;
  for (let i = 1; i < ring.length; i++) if (distance2(ring[0], ring[i]) > distance2(ring[0], ring[far])) far = i;
  return [...half(ring.slice(0, far + 1), tolerance), ...half(ring.slice(far), tolerance)];
}

function half(line, tolerance) {
  let worst = 0;
  let at = 0;
  const [first, last] = [line[0], line[line.length - 1]];
  for (let i = 1; i < line.length - 1; i++) {
    const off = offLine(line[i], first, last);
    if (off > worst) [worst, at] = [off, i];
  }
  if (worst <= tolerance) return [first];
  return [...half(line.slice(0, at + 1), tolerance), ...half(line.slice(at), tolerance)];
}

const distance2 = (a, b) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;

function offLine(point, a, b) {
  const length = Math.sqrt(distance2(a, b));
  return Math.abs((b[0] - a[0]) * (a[1] - point[1]) - (a[0] - point[0]) * (b[1] - a[1])) / length;
}

function area(ring) {
  let twice = 0;
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i], ring[(i + 1) % ring.length]];
    twice += a[0] * b[1] - b[0] * a[1];
  }
  return twice / 2;
}

// Relative moves of whole units: about half the bytes of absolute ones.
function path(ring) {
  let [x, y] = ring[0].map(Math.round);
  let d = `M${x} ${y}l`;
  for (const point of ring.slice(1)) {
    const [nx, ny] = point.map(Math.round);
    if (nx === x && ny === y) continue;
    d += `${nx - x} ${ny - y} `;
    [x, y] = [nx, ny];
  }
  return `${d.trim()}z`.replace(/ -/g, '-');
}
