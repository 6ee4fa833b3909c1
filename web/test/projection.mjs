import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIEUX } from '../src/lieux.js';
import { cameraDe, degres, mercator, porter, sous } from '../src/projection.js';

const TELEPHONE = { width: 390, height: 844 };
const padding = { top: 120, right: 12, bottom: 168, left: 12 };
const PAU = [-0.3708, 43.2951];
const near = (a, b, within = 1e-9) => assert.ok(Math.abs(a - b) < within, `${a} is not ${b}`);

test('a place projected and back is where it was', () => {
  for (const [lon, lat] of [PAU, [55.5, -21.1], [0, 0]]) {
    const la = degres(mercator([lon, lat]));
    near(la.lon, lon);
    near(la.lat, lat);
  }
});

test('framed bounds touch the sides of their frame, and their middle is its middle', () => {
  const { emprise } = LIEUX.metropole;
  const camera = cameraDe({ bounds: emprise, fitBoundsOptions: { padding } }, TELEPHONE);
  const bord = (x) => degres(sous({ x, y: 400 }, camera, TELEPHONE)).lon;
  near(bord(12), emprise[0], 1e-6);
  near(bord(378), emprise[2], 1e-6);
  const milieu = sous({ x: 195, y: (120 + 844 - 168) / 2 }, camera, TELEPHONE);
  near(milieu[1], (mercator([0, emprise[1]])[1] + mercator([0, emprise[3]])[1]) / 2);
});

test('what is under a finger stays under it while it moves and while it pinches', () => {
  const camera = cameraDe({ center: PAU, zoom: 6 }, TELEPHONE);
  const de = { x: 100, y: 200 };
  const vers = { x: 160, y: 150 };
  for (const facteur of [1, 2, 0.5]) {
    const portee = porter(camera, TELEPHONE, de, vers, facteur);
    near(portee.zoom, 6 + Math.log2(facteur));
    const [avant, apres] = [sous(de, camera, TELEPHONE), sous(vers, portee, TELEPHONE)];
    near(avant[0], apres[0]);
    near(avant[1], apres[1]);
  }
  near(porter(camera, TELEPHONE, de, de, 2 ** 30).zoom, 15);
});
