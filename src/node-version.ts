// Imported first by every entry point: older versions of Node crash in the SQLite driver without a message.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 24 || (major === 24 && minor < 9)) {
  console.error(
    `Atrium needs Node 24.9 or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Start it with "npm start" or "npm run start:prod" on linux-x64 (npm ci brings the right Node), or install Node 24 (.nvmrc).',
  );
  process.exit(1);
}
