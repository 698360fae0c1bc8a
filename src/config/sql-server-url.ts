/** Server, database and login of a SQL Server. JSON and logs never show the password. */
export class SqlServerUrl {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly encrypt: boolean;
  readonly trustServerCertificate: boolean;
  readonly #text: string;

  private constructor(text: string) {
    const url = new URL(text);
    this.#text = text;
    this.host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    this.port = Number(url.port || 1433);
    this.database = decodeURIComponent(url.pathname.slice(1));
    this.user = decodeURIComponent(url.username);
    this.encrypt = url.searchParams.get('encrypt') !== 'false';
    this.trustServerCertificate = url.searchParams.get('trustServerCertificate') === 'true';
  }

  /** @returns undefined unless `text` is an mssql URL with every part and no unknown option */
  static parse(text: string): SqlServerUrl | undefined {
    if (!text.startsWith('mssql://') || !URL.canParse(text)) return undefined;
    const known = [...new URL(text).searchParams].every(
      ([name, value]) => ['encrypt', 'trustServerCertificate'].includes(name) && ['true', 'false'].includes(value),
    );
    try {
      const url = new SqlServerUrl(text);
      // TypeORM reads a dot in a database name as a separator.
      const isWhole = url.host && url.user && url.reveal().password && url.database && !url.database.includes('.');
      return known && isWhole ? url : undefined;
    } catch {
      return undefined; // a part with a stray %
    }
  }

  /** A URL from the catalogue. An unreadable one becomes a host that never exists (RFC 6761, section 6.4). */
  static fromStored(text: string): SqlServerUrl {
    return SqlServerUrl.parse(text) ?? new SqlServerUrl('mssql://nobody:none@unreadable-database-url.invalid/none');
  }

  /**
   * The secret parts: for the driver and the catalogue's row, never for output. `text` is the URL as it was written;
   * `identity` is equal for all spellings of one URL.
   */
  reveal(): { password: string; text: string; identity: string } {
    const password = decodeURIComponent(new URL(this.#text).password);
    return { password, text: this.#text, identity: JSON.stringify([{ ...this }, password]) };
  }

  toString(): string {
    return `mssql://${this.user}@${this.host}:${this.port}/${this.database}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
