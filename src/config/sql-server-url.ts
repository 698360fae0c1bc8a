/** A SQL Server, a database on it and a login. Neither JSON nor a log shows the password. */
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

  /** Undefined when `text` is no such URL: one with every part, and with no option that is not known. */
  static parse(text: string): SqlServerUrl | undefined {
    if (!text.startsWith('mssql://') || !URL.canParse(text)) return undefined;
    const known = [...new URL(text).searchParams].every(
      ([name, value]) => ['encrypt', 'trustServerCertificate'].includes(name) && ['true', 'false'].includes(value),
    );
    try {
      const url = new SqlServerUrl(text);
      // TypeORM takes a dot in the name of a database for the end of it.
      const isWhole = url.host && url.user && url.reveal().password && url.database && !url.database.includes('.');
      return known && isWhole ? url : undefined;
    } catch {
      return undefined; // a stray % in one of its parts
    }
  }

  /** As it is kept. What is no such URL any more leads nowhere, by RFC 6761, section 6.4: never to anybody else's rows. */
  static recall(text: string): SqlServerUrl {
    return SqlServerUrl.parse(text) ?? new SqlServerUrl('mssql://nobody:none@unreadable-database-url.invalid/none');
  }

  /**
   * For the driver, and for nothing that prints. `text` is the URL as it was written, `identity` the same for every way
   * of writing it.
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
