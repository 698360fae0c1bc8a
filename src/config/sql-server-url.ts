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
    this.host = url.hostname.replace(/^\[|\]$/g, '');
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
      return known && url.host && url.user && url.reveal().password && url.database ? url : undefined;
    } catch {
      return undefined; // a stray % in one of its parts
    }
  }

  /** For the driver, and for nothing that prints. `text` is the URL as it was written. */
  reveal(): { password: string; text: string } {
    return { password: decodeURIComponent(new URL(this.#text).password), text: this.#text };
  }

  toString(): string {
    return `mssql://${this.user}@${this.host}:${this.port}/${this.database}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
