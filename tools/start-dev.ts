import { endAsked, Restartable } from './child.ts';
import { watch } from './compiler.ts';

/** Serves what src/ holds, and again after each saved change. Takes arguments of Node, such as --inspect. */
export async function main(words: string[]): Promise<number> {
  const server = new Restartable();
  let hasStarted = false;
  const end = endAsked();
  console.log('Building Atrium, now and after each saved change. Ctrl-C ends it.');
  watch('tsconfig.dev.json', (changed, isSound) => {
    if (!isSound) return console.error('Not started anew: mend the errors above first.');
    if (hasStarted && changed.length === 0) return;
    if (hasStarted) console.log('Starting anew…');
    hasStarted = true;
    void server.restart([...words, '--enable-source-maps', 'dist-dev/src/main.js']);
  });
  await end;
  await server.stop();
  process.exit(); // the watcher would go on
}
