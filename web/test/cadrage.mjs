// Where things are on the screen, by Web Mercator fitted into the frame and centred: independent of the map library and
// of the page's own projection.
const mercatorX = (degrees) => (degrees * Math.PI) / 180;
const mercatorY = (degrees) => Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360));
const fittedScale = ([west, south, east, north], frame) =>
  Math.min(frame.width / (mercatorX(east) - mercatorX(west)), frame.height / (mercatorY(north) - mercatorY(south)));

/** Where a place is on the screen, the bounds being drawn as large as the frame allows. */
export function onScreen({ lon, lat }, bounds, frame) {
  const [west, south, east, north] = bounds;
  const scale = fittedScale(bounds, frame);
  return {
    x: frame.x + frame.width / 2 + (mercatorX(lon) - (mercatorX(west) + mercatorX(east)) / 2) * scale,
    y: frame.y + frame.height / 2 - (mercatorY(lat) - (mercatorY(south) + mercatorY(north)) / 2) * scale,
  };
}

/** The area, in pixels, of the bounds drawn as large as the frame allows. */
export function boxArea(bounds, frame) {
  const [west, south, east, north] = bounds;
  return (mercatorX(east) - mercatorX(west)) * (mercatorY(north) - mercatorY(south)) * fittedScale(bounds, frame) ** 2;
}
