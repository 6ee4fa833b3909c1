// When the map is seen on a slow phone: a « Fast 3G » line and a main thread four times slower. First its picture, which
// comes with the page; then the live map, from the touch that asks for it. The library is the same for every site that
// draws such a map, so its share of the line and of the processor is told apart.
import { loadavg } from 'node:os';
import { LIGNE, ralentir } from './ligne.mjs';
import { avecNavigateur } from './navigateur.mjs';

const PROCESSEUR = 4;
const TOURS = 3;
const BIBLIOTHEQUE = /carte-(maplibre|ouvrier)-/;
const VOULU = { image: 1500, deplacement: 0.02 };

/** @returns {Promise<string[]>} what missed its target */
export async function juger(base) {
  const tours = [];
  for (let i = 0; i < TOURS; i++) tours.push(await avecNavigateur((navigateur) => visiter(navigateur, base)));
  const m = (champ) => mediane(tours.map((tour) => tour[champ]));
  console.log(`carte, Fast 3G and ${PROCESSEUR} × slower: text at ${s(m('texte'))}, map seen at ${s(m('image'))} (${tours.map(({ image }) => s(image)).join(', ')}; ${kilo(m('octetsImage'))} received), CLS ${m('deplacement').toFixed(4)} (load of the machine: ${loadavg()[0].toFixed(1)})`);
  console.log(
    `  live ${s(m('vive'))} after a touch: of ${kilo(m('octets'))} received since, the library is ${kilo(m('octetsBibliotheque'))} (${Math.round((100 * m('octetsBibliotheque')) / m('octets'))} %):`,
    `${s(m('ligneBibliotheque'))} of the line and ${s(m('calculBibliotheque'))} of the main thread, where our code takes ${s(m('calculPage'))}; ${s(m('propre'))} without the library’s share`,
  );
  return [
    ...(m('image') > VOULU.image ? [`map seen at ${s(m('image'))}, ${s(VOULU.image)} wanted`] : []),
    ...(m('deplacement') > VOULU.deplacement ? [`CLS ${m('deplacement').toFixed(3)}, ${VOULU.deplacement} wanted`] : []),
  ];
}

async function visiter(navigateur, base) {
  const ligne = await ralentir(base);
  try {
    const page = await navigateur.newPage();
    await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    const cdp = await page.createCDPSession();
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: PROCESSEUR });
    await cdp.send('Profiler.enable');
    await page.evaluateOnNewDocument(() => {
      globalThis.mesure = { deplacement: 0, image: 0, carte: 0 };
      const observer = (type, faire) => new PerformanceObserver((liste) => liste.getEntries().forEach(faire)).observe({ type, buffered: true });
      observer('layout-shift', ({ value }) => (globalThis.mesure.deplacement += value));
      observer('element', ({ identifier, renderTime }) => identifier === 'apercu' && (globalThis.mesure.image = renderTime));
      new MutationObserver((_, veille) => {
        if (document.documentElement?.dataset.apercu !== 'non') return; // it goes when the map lies under it
        globalThis.mesure.carte = performance.now();
        veille.disconnect();
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-apercu'] });
    });
    await page.goto(ligne.url, { waitUntil: 'domcontentloaded' });
    await page.waitForFunction(() => globalThis.mesure.image > 0 && document.documentElement.dataset.carte, { timeout: 60_000, polling: 100 });
    const { deplacement } = await page.evaluate(() => globalThis.mesure); // the sheet that an answer raises is no fault
    const octetsImage = somme(ligne.recus().map(({ octets }) => octets));
    await cdp.send('Profiler.start');
    const touche = await page.evaluate(() => performance.now());
    await page.touchscreen.tap(195, 350);
    await page.waitForFunction(() => globalThis.mesure.carte > 0, { timeout: 120_000, polling: 200 });
    const { profile } = await cdp.send('Profiler.stop');
    const mesure = await page.evaluate(() => ({
      ...globalThis.mesure,
      texte: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    }));
    const octets = (voulu) => somme(ligne.recus().map(({ chemin, octets: n }) => (voulu(chemin) ? n : 0)));
    const calcul = parFichier(profile);
    const octetsBibliotheque = octets((chemin) => BIBLIOTHEQUE.test(chemin));
    const ligneBibliotheque = (1000 * octetsBibliotheque) / LIGNE.octetsParSeconde;
    const calculBibliotheque = calcul((url) => BIBLIOTHEQUE.test(url));
    const vive = mesure.carte - touche;
    return {
      ...mesure,
      deplacement,
      octetsImage,
      vive,
      octets: octets(() => true) - octetsImage,
      octetsBibliotheque,
      ligneBibliotheque,
      calculBibliotheque,
      calculPage: calcul((url) => url.includes('/assets/') && !BIBLIOTHEQUE.test(url)),
      propre: vive - ligneBibliotheque - calculBibliotheque,
    };
  } finally {
    ligne.fermer();
  }
}

// Time of the main thread by the file whose function was running, in milliseconds.
function parFichier({ nodes, samples, timeDeltas }) {
  const url = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.url]));
  return (voulu) => somme(samples.map((id, i) => (voulu(url.get(id)) ? timeDeltas[i] / 1000 : 0)));
}

const somme = (valeurs) => valeurs.reduce((a, b) => a + b, 0);
const mediane = (valeurs) => [...valeurs].sort((a, b) => a - b)[valeurs.length >> 1];
const kilo = (octets) => `${Math.round(octets / 1000)} kB`;
const s = (ms) => `${(ms / 1000).toFixed(2)} s`;
