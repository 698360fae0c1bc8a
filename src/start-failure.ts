/** Tells a person why the process cannot start, and which variable to change. */
export function reasonOf(thrown: unknown): string {
  const sentences: string[] = [];
  for (let error = thrown as Error | undefined; error; error = error.cause as Error | undefined) {
    const said = (error.message ?? String(thrown)).replace(/[^.!]$/, '$&.');
    sentences.push(said, adviceOn(error as Error & Failure));
  }
  return [...new Set(sentences)].filter(Boolean).join(' '); // a wrapped error often has the words of its cause
}

/** Fields of errors of Node and the drivers. */
interface Failure {
  code?: string;
  port?: number;
  syscall?: string;
  driverError?: { code?: string };
}

function adviceOn({ code, port, syscall, driverError }: Failure): string {
  if (code === 'EADDRINUSE') return `So port ${port} is taken: set PORT to another one.`;
  if (syscall === 'listen' || syscall === 'getaddrinfo')
    return 'Set HOST to an address of this machine, or to 0.0.0.0.';
  if (syscall === 'mkdir' || syscall === 'open' || /^SQLITE_(CANTOPEN|READONLY|PERM)/.test(code ?? ''))
    return 'Set DATABASE_URL=sqlite:<folder> to a folder that may be written.';
  // Codes of the driver for a server that is not there, or refuses the login.
  if (/^(ESOCKET|ETIMEOUT|ELOGIN|EINSTLOOKUP)$/.test(driverError?.code ?? ''))
    return 'Check DATABASE_URL: host, port, database and login, and whether the way there is open.';
  return '';
}
