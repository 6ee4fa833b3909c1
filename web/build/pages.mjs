// The style of the pages that the service writes itself: under a plain name, since they refer to it by address.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

await build({
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  entryPoints: ['src/pages.css', 'src/api.css'],
  outdir: 'dist/assets',
  bundle: true,
  minify: true,
  target: ['chrome110', 'firefox110', 'safari16.4'],
  assetNames: '[name]',
  publicPath: '/assets',
  loader: { '.woff2': 'file' },
});
