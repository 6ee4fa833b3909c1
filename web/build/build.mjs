// Builds web/dist/, the folder the binary embeds: index.html and everything it loads under assets/.
// Names carry a content hash where only the page refers to them (they may be cached for ever); the fonts have plain
// names, because the style files and third parties refer to them by address.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIEUX } from '../src/lieux.js';
import { THEMES } from '../src/themes.js';

const web = fileURLToPath(new URL('..', import.meta.url));
const dist = join(web, 'dist');
const assets = join(dist, 'assets');
const modules = join(web, 'node_modules');

await rm(dist, { recursive: true, force: true });
await mkdir(assets, { recursive: true });

// The worker is its own same-origin file: `worker-src 'self'` allows no blob. The comment naming its source map
// goes, because the map is not served and developer tools would report a missing file.
const workerCode = (await readFile(join(modules, 'maplibre-gl/dist/maplibre-gl-worker.mjs'), 'utf8')).replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
const worker = `carte-ouvrier-${createHash('sha256').update(workerCode).digest('hex').slice(0, 8)}.js`;
await writeFile(join(assets, worker), workerCode);

const bundle = await build({
  absWorkingDir: web,
  entryPoints: ['src/page.js', 'src/page.css'],
  outdir: 'dist/assets',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022', 'chrome110', 'firefox110', 'safari16.4'],
  minify: true,
  legalComments: 'inline',
  metafile: true,
  entryNames: '[name]-[hash]',
  chunkNames: 'carte-[name]-[hash]', // the service keeps page-* and carte-* for ever
  assetNames: '[name]',
  publicPath: '/assets',
  loader: { '.woff2': 'file' },
  define: { OUVRIER_MAPLIBRE: JSON.stringify(`/assets/${worker}`) },
});

await cp(join(web, 'src/icone.svg'), join(assets, 'icone.svg'));

// What is given away with the page carries its licence with it (BSD 3-clause and SIL OFL both ask for that).
const licences = [
  ['MapLibre GL JS', 'maplibre-gl/LICENSE.txt'],
  ['Source Sans 3', '@fontsource/source-sans-3/LICENSE'],
];
const texts = await Promise.all(
  licences.map(async ([name, path]) => `${name}\n\n${await readFile(join(modules, path), 'utf8')}`),
);
await writeFile(join(assets, 'licences.txt'), texts.join('\n\n----\n\n'));

const outputs = Object.entries(bundle.metafile.outputs);
const address = (wanted) => {
  const found = outputs.filter(([path, output]) => wanted(path, output));
  if (found.length !== 1) throw new Error(`one output expected, found ${found.length}: ${wanted}`);
  return `/assets/${basename(found[0][0])}`;
};

const [, first] = outputs.find(([, output]) => output.entryPoint === 'src/page.js');
const isNeeded = (path) => first.imports.some((one) => one.path === path && one.kind === 'import-statement');

// A small picture, until there is a small map; asked for only where it is seen.
const encart = (id) =>
  `<picture class="encart"><source media="(prefers-color-scheme: dark)" srcset="/apercu/${id}/neutre-sombre.png?v=[[apercus]]"><img src="/apercu/${id}/neutre.png?v=[[apercus]]" alt="" loading="lazy" fetchpriority="low" draggable="false"></picture>`;

const parts = {
  css: address((_, output) => output.entryPoint === 'src/page.css'),
  js: address((_, output) => output.entryPoint === 'src/page.js'),
  // What the first script is made of, at once rather than in turn. The map's own files come when they are wanted.
  prechargements: outputs
    .filter(([path, output]) => output.entryPoint !== 'src/page.js' && isNeeded(path))
    .map(([path]) => `<link rel="modulepreload" href="/assets/${basename(path)}" fetchpriority="low">`)
    .join('\n    '),
  police: '/assets/source-sans-3-latin-400-normal.woff2',
  policeForte: '/assets/source-sans-3-latin-600-normal.woff2',
  lieux: Object.entries(LIEUX)
    .map(([id, lieu]) => `<li><a href="/#lieu=${id}" data-lieu="${id}"${lieu.encart ? ' data-encart' : ''}>${lieu.encart ? encart(id) : ''}<span>${lieu.nom}</span></a></li>`)
    .join('\n            '),
  themes: Object.entries(THEMES)
    .map(([id, theme]) => `<option value="${id}">${theme.nom}</option>`)
    .join('\n                '),
};
const page = await readFile(join(web, 'src/index.html'), 'utf8');
const html = page.replace(/\{\{(\w+)\}\}/g, (_, name) => {
  if (!(name in parts)) throw new Error(`index.html asks for {{${name}}}, which the build does not make`);
  return parts[name];
});
await writeFile(join(dist, 'index.html'), html);

// The service draws the pictures that stand for the map until it comes, in the same frames.
await writeFile(join(dist, 'lieux.json'), JSON.stringify(LIEUX));

for (const [path, output] of outputs) console.log(`${String(output.bytes).padStart(9)}  ${path}`);
console.log(`${String(Buffer.byteLength(html)).padStart(9)}  dist/index.html`);
