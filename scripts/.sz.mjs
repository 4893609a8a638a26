import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { build } from 'vite';
import { writeFileSync } from 'node:fs';
const root = '/work/wt/element';
const folder = join(root, 'packages/player');
const { output } = await build({
  root: folder,
  configFile: join(folder, 'vite.cdn.config.ts'),
  logLevel: 'error',
  build: { write: false },
});
for (const c of output.filter((o) => o.type === 'chunk')) {
  console.log(c.fileName, c.code.length, gzipSync(c.code, { level: 9 }).length, 'imports', c.imports.join());
  if (c.fileName === 'chronos-player.js') writeFileSync('/tmp/entry.js', c.code);
  if (process.argv[2])
    for (const [id, m] of Object.entries(c.modules)) console.log('    ', id.replace(root, ''), m.renderedLength);
}
