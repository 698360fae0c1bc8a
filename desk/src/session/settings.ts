/** Facts of the service, from /desk/settings.json. */
export interface Settings {
  tenantHeader: string;
  oidc: { issuer: string; clientId: string; audience?: string } | null;
}

export async function loadSettings(): Promise<Settings> {
  const response = await fetch('/desk/settings.json');
  if (!response.ok) throw new Error(`The service answered ${response.status} when the desk asked for its settings.`);
  return (await response.json()) as Settings;
}
