// What is really drawn: counts the pixels of a screenshot that have the map's own colours.
import { PNG } from 'pngjs';

const NEAR = 4; // per channel: what blending and rounding may change of a flat fill

const parse = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

export const decode = (png) => PNG.sync.read(png);

/** The pixels of each colour, in the order of `colours` (`#rrggbb`), and of all the picture. */
export function count(picture, colours) {
  const wanted = colours.map(parse);
  const counts = wanted.map(() => 0);
  const { data, width, height } = picture;
  for (let i = 0; i < data.length; i += 4) {
    const at = wanted.findIndex((c) => near(data, i, c));
    if (at >= 0) counts[at]++;
  }
  return { counts, total: counts.reduce((a, b) => a + b, 0), all: width * height };
}

/** Whether any pixel within `radius` of x, y has one of the colours. */
export function has(picture, colours, { x, y }, radius) {
  const wanted = colours.map(parse);
  for (let v = Math.round(y) - radius; v <= Math.round(y) + radius; v++)
    for (let u = Math.round(x) - radius; u <= Math.round(x) + radius; u++)
      if (wanted.some((c) => near(picture.data, (v * picture.width + u) * 4, c))) return true;
  return false;
}

const near = (data, i, c) =>
  Math.abs(data[i] - c[0]) <= NEAR && Math.abs(data[i + 1] - c[1]) <= NEAR && Math.abs(data[i + 2] - c[2]) <= NEAR;
