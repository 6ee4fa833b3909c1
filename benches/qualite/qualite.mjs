// The pages judged by engines that are not ours, against the targets that the project set itself; exit 1 where one is
// missed.
//
//   node benches/qualite/qualite.mjs [lighthouse] [pa11y] [carte]        (make qualite; all three where none is named)
//
// BINAIRE names the binary to judge, or SERVICE_URL a running service.
import { serveur } from '../../web/test/serveur.mjs';

const JUGES = ['pa11y', 'carte', 'lighthouse'];
const voulus = process.argv.slice(2);
const inconnu = voulus.find((nom) => !JUGES.includes(nom));
if (inconnu) throw new Error(`no judge is called ${inconnu}; there are ${JUGES.join(', ')}`);

const service = await serveur();
const manques = [];
try {
  for (const nom of voulus.length > 0 ? voulus : JUGES) {
    const { juger } = await import(`./${nom}.mjs`);
    manques.push(...(await juger(service.url)));
  }
} finally {
  await service.stop();
}
for (const manque of manques) console.error(`missed: ${manque}`);
process.exitCode = manques.length > 0 ? 1 : 0;
