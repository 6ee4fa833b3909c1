// A slow line before the service, as the developer tools' « Fast 3G »: each answer waits, and all share one throughput.
// It stands outside the browser so that it holds for workers too, which fetch the tiles.
import { createServer, request } from 'node:http';

export const LIGNE = { attenteMs: 562.5, octetsParSeconde: 180_000 }; // 1.6 Mbit/s less headers
const PAS_MS = 10;

/** @returns {Promise<{ url: string, recus: () => { chemin: string, octets: number }[], fermer: () => void }>} */
export async function ralentir(base) {
  const recus = [];
  const files = []; // answers under way: { morceaux, finie, reponse, recu }
  let budget = 0;
  const horloge = setInterval(() => {
    budget = Math.min(budget, 0) + (LIGNE.octetsParSeconde * PAS_MS) / 1000;
    while (budget > 0 && files.length > 0) {
      const file = files.shift(); // in turns, as connections share a line
      const morceau = file.morceaux.shift();
      if (morceau) {
        budget -= morceau.length;
        file.recu.octets += morceau.length;
        file.reponse.write(morceau);
      }
      if (file.morceaux.length > 0) files.push(file);
      else file.reponse.end();
    }
  }, PAS_MS);

  const serveur = createServer((demande, reponse) => {
    const vers = request(new URL(demande.url, base), { method: demande.method, headers: demande.headers }, async (venue) => {
      const morceaux = [];
      for await (const bloc of venue) for (let i = 0; i < bloc.length; i += 1400) morceaux.push(bloc.subarray(i, i + 1400));
      setTimeout(() => {
        const recu = { chemin: demande.url, octets: 0 };
        recus.push(recu);
        reponse.writeHead(venue.statusCode, venue.headers);
        reponse.flushHeaders();
        files.push({ morceaux, reponse, recu });
      }, LIGNE.attenteMs);
    });
    vers.on('error', () => reponse.destroy());
    demande.pipe(vers);
  });
  await new Promise((pret) => serveur.listen(0, '127.0.0.1', pret));
  return {
    url: `http://127.0.0.1:${serveur.address().port}`,
    recus: () => recus,
    fermer() {
      clearInterval(horloge);
      serveur.close();
      serveur.closeAllConnections();
    },
  };
}
