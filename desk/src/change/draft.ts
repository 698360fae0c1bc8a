/** Forms that are not saved outlive a reload of the tab, and the way to the issuer and back. They go with the tab. */
export function keepDraft(tenant: string, id: string, form: object): void {
  try {
    sessionStorage.setItem(nameOf(tenant, id), JSON.stringify(form));
  } catch {}
}

export function forgetDraft(tenant: string, id: string): void {
  try {
    sessionStorage.removeItem(nameOf(tenant, id));
  } catch {}
}

export function keptDraft<T extends object>(tenant: string, id: string): T | undefined {
  try {
    const kept = sessionStorage.getItem(nameOf(tenant, id));
    return kept === null ? undefined : (JSON.parse(kept) as T);
  } catch {
    return undefined;
  }
}

/** When somebody signs out, nothing of theirs stays. */
export function forgetDrafts(): void {
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
  } catch {}
}

const PREFIX = 'atrium.desk.draft ';

function nameOf(tenant: string, id: string): string {
  return `${PREFIX}${tenant} ${id}`;
}
