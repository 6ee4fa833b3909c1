// The service under test: the one SERVICE_URL names, else the binary BINAIRE, started here and stopped.
import { spawn } from 'node:child_process';

const START_MS = 60_000;

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
export async function serveur() {
  if (process.env.SERVICE_URL) return { url: new URL(process.env.SERVICE_URL).origin, stop: async () => {} };
  const binary = process.env.BINAIRE;
  if (!binary) throw new Error('Set SERVICE_URL to a running service, or BINAIRE to the path of the binary.');

  const child = spawn(binary, ['serve', '--adresse', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  let said = '';
  try {
    const url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no address within ${START_MS / 1000} s; it said:\n${said}`)), START_MS);
      const listen = (chunk) => {
        said += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[0]);
      };
      child.stdout.setEncoding('utf8').on('data', listen);
      child.stderr.setEncoding('utf8').on('data', listen);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`ended with ${code} before it listened; it said:\n${said}`)));
    });
    return { url, stop };
  } catch (cause) {
    child.kill('SIGTERM');
    throw cause;
  }
}
