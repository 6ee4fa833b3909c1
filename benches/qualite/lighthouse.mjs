// Lighthouse as a phone: the four scores of the pages that people reach first.
import lighthouse from 'lighthouse';
import { avecNavigateur } from './navigateur.mjs';

const PAGES = ['/', '/territoires', '/territoires/temps-2/ti-7510'];
const VOULUS = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 };
const TOURS = 3; // performance moves with what else the machine does: the median counts

/** @returns {Promise<string[]>} what missed its target */
export async function juger(base) {
  const manques = [];
  for (const chemin of PAGES) {
    const tours = [];
    for (let i = 0; i < TOURS; i++) tours.push(await passer(base + chemin));
    const notes = Object.fromEntries(Object.keys(VOULUS).map((nom) => [nom, mediane(tours.map(({ categories }) => Math.round(categories[nom].score * 100)))]));
    const chiffre = (audit) => Math.round(mediane(tours.map(({ audits }) => audits[audit].numericValue)));
    console.log(
      `lighthouse ${chemin}: ${Object.entries(notes).map(([nom, note]) => `${nom} ${note}`).join(', ')}`,
      `(performance of each run: ${tours.map(({ categories }) => Math.round(categories.performance.score * 100)).join(' ')};`,
      `FCP ${chiffre('first-contentful-paint')} ms, LCP ${chiffre('largest-contentful-paint')} ms, TBT ${chiffre('total-blocking-time')} ms, SI ${chiffre('speed-index')} ms,`,
      `CLS ${mediane(tours.map(({ audits }) => audits['cumulative-layout-shift'].numericValue)).toFixed(3)})`,
    );
    for (const [nom, voulu] of Object.entries(VOULUS)) {
      if (notes[nom] >= voulu) continue;
      manques.push(`${chemin}: ${nom} ${notes[nom]}, ${voulu} wanted`);
      for (const faute of fautes(tours[0], nom)) console.log(`  ${nom}: ${faute}`);
    }
  }
  return manques;
}

// A browser for each: nothing of one run is in the cache of the next. No page draws by WebGL until it is asked to.
function passer(url) {
  return avecNavigateur(async (navigateur) => {
    const port = Number(new URL(navigateur.wsEndpoint()).port);
    const { lhr } = await lighthouse(url, { port, logLevel: 'error', onlyCategories: Object.keys(VOULUS) });
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    return lhr;
  }, { webgl: false });
}

const mediane = (valeurs) => [...valeurs].sort((a, b) => a - b)[valeurs.length >> 1];

// What cost points, the heaviest first.
const fautes = ({ categories, audits }, nom) =>
  categories[nom].auditRefs
    .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)
    .sort((a, b) => b.weight * (1 - audits[b.id].score) - a.weight * (1 - audits[a.id].score))
    .map(({ id }) => {
      const ou = (audits[id].details?.items ?? []).map((piece) => piece.node?.snippet ?? piece.description ?? piece.url).filter(Boolean);
      return [`${audits[id].title} (${audits[id].displayValue ?? 'no'})`, ...ou.slice(0, 3)].join(' | ');
    });
