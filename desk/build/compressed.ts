import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** Beside each text file of the build, its compressed forms: the service sends bytes and spends no time on them. */
export function compressed(): Plugin {
  let folder = 'dist';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: ({ root, build }) => void (folder = join(root, build.outDir)),
    async writeBundle() {
      const names = await readdir(folder, { recursive: true, encoding: 'utf8' });
      const files = names.filter((name) => /\.(?:js|css|html|svg)$/.test(name)).map((name) => join(folder, name));
      await Promise.all(files.map(compress));
    },
  };
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes));
  await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes));
}
