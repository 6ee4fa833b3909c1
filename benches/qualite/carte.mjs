// When the map is drawn on a slow phone: a « Fast 3G » line and a main thread four times slower. The library is the
// same for every site that draws such a map, so its share of the line and of the processor is told apart.
import { loadavg } from 'node:os';
import { LIGNE, ralentir } from './ligne.mjs';
import { avecNavigateur } from './navigateur.mjs';

const PROCESSEUR = 4;
const TOURS = 3;
const BIBLIOTHEQUE = /carte-(maplibre|ouvrier)-/;
const VOULU = { propre: 1500, deplacement: 0.02 };

/** @returns {Promise<string[]>} what missed its target */
export async function juger(base) {
  const tours = [];
  for (let i = 0; i < TOURS; i++) tours.push(await avecNavigateur((navigateur) => visiter(navigateur, base)));
  const m = (champ) => mediane(tours.map((tour) => tour[champ]));
  console.log(`carte, Fast 3G and ${PROCESSEUR} × slower: text and silhouette at ${s(m('texte'))}, map drawn at ${s(m('carte'))}, CLS ${m('deplacement').toFixed(4)} (load of the machine: ${loadavg()[0].toFixed(1)})`);
  console.log(
    `  of ${kilo(m('octets'))} received until then, the library is ${kilo(m('octetsBibliotheque'))} (${Math.round((100 * m('octetsBibliotheque')) / m('octets'))} %):`,
    `${s(m('ligneBibliotheque'))} of the line and ${s(m('calculBibliotheque'))} of the main thread, where our code takes ${s(m('calculPage'))}`,
  );
  console.log(`  map drawn at ${s(m('propre'))} without the library’s share`);
  return [
    ...(m('propre') > VOULU.propre ? [`map drawn at ${s(m('propre'))} without the library’s share, ${s(VOULU.propre)} wanted`] : []),
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
      globalThis.mesure = { deplacement: 0, carte: 0 };
      new PerformanceObserver((liste) => {
        for (const { value } of liste.getEntries()) globalThis.mesure.deplacement += value;
      }).observe({ type: 'layout-shift', buffered: true });
      new MutationObserver((_, veille) => {
        if (document.documentElement?.dataset.silhouette !== 'non') return; // it goes when the map lies over it
        globalThis.mesure.carte = performance.now();
        veille.disconnect();
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-silhouette'] });
    });
    await cdp.send('Profiler.start');
    await page.goto(ligne.url, { waitUntil: 'domcontentloaded' });
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
    return {
      ...mesure,
      octets: octets(() => true),
      octetsBibliotheque,
      ligneBibliotheque,
      calculBibliotheque,
      calculPage: calcul((url) => url.includes('/assets/') && !BIBLIOTHEQUE.test(url)),
      propre: mesure.carte - ligneBibliotheque - calculBibliotheque,
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
