// Runs a tool of this folder, as in `node tools/run.js build`. This file is JavaScript: an old Node cannot read TypeScript.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  console.error(
    `Atrium needs Node 24.9 or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'On linux-x64 "npm ci" brings the right one for all npm scripts; elsewhere install Node 24 (.nvmrc).',
  );
  process.exit(1);
}

const [tool, ...words] = process.argv.slice(2);
const { main } = await import(`./${tool}.ts`);
process.exitCode = await main(words);
