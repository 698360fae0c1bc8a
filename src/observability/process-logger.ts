import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { Config } from '../config/config.js';
import { prettyLine } from './pretty-line.js';

/** Contexts of Nest whose messages are dropped: they report each step of the start, and failures that are thrown as well. */
const SILENT = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);
const SILENT_ERRORS = new Set(['TypeOrmModule', 'ExceptionHandler']);

/** Writes every line of the log, Nest's and ours: one JSON object a line, or text for a terminal. */
export class ProcessLogger implements LoggerService {
  private readonly pino: Logger;

  constructor({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>) {
    this.pino = pino(
      {
        level: logLevel,
        base: undefined, // the platform adds process id and host
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
      },
      logFormat === 'json' ? pino.destination(1) : { write: (line) => void process.stdout.write(prettyLine(line)) },
    );
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (!SILENT_ERRORS.has(String(rest.at(-1)))) this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    if (!SILENT.has(String(rest.at(-1)))) this.write('info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest passes the context last. An object is logged as fields, anything else as the message. */
  private write(level: Config['logLevel'], message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const context = rest.length > 0 ? String(rest.at(-1)) : undefined;
    if (typeof message === 'object' && message !== null && !(message instanceof Error)) {
      this.pino[level]({ context, ...withoutSecrets(message) });
    } else {
      const stack = message instanceof Error ? message.stack : undefined;
      this.pino[level]({ context }, withoutPasswords(stack ?? String(message)));
    }
  }
}

function withoutSecrets(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? withoutPasswords(value) : value]),
  );
}

/** Masks passwords in URLs: drivers may put them into their errors. */
function withoutPasswords(text: string): string {
  return text.replaceAll(/:\/\/[^\s/@:]*:[^\s/@]*@/g, '://***@');
}
