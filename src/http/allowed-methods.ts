import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Problem } from '../problem/problem.js';

/** Answers OPTIONS, and refuses methods that a path lacks, with the methods it has (RFC 9110, sections 9.3.7, 15.5.6). */
export class AllowedMethods {
  private readonly methodsOf = new Map<string, Set<string>>();

  /** Records a route. It is called from the hook `onRoute`. */
  learn({ url, method }: RouteOptions): void {
    const methods = this.methodsOf.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    this.methodsOf.set(url, methods);
  }

  /**
   * Answers OPTIONS on a known path.
   * @returns whether it did
   * @throws Problem 405 for other methods that the path lacks
   */
  answer(request: FastifyRequest, reply: FastifyReply): boolean {
    const methods = request.is404 ? this.find(request.url) : undefined;
    if (methods === undefined) return false;
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (request.method !== 'OPTIONS') {
      const detail = `${request.method} is not for this path, which takes ${allow}.`;
      throw new Problem(405, 'method-not-allowed', detail, { headers: { allow } });
    }
    void reply.status(204).header('allow', allow).send();
    return true;
  }

  private find(url: string): Set<string> | undefined {
    const [path = ''] = url.split('?');
    // A literal path wins over one with a parameter.
    const patterns = [...this.methodsOf.keys()].toSorted((one, other) => variables(one) - variables(other));
    const pattern = patterns.find((pattern) => fits(segments(path), segments(pattern)));
    return pattern === undefined ? undefined : this.methodsOf.get(pattern);
  }
}

function fits(path: string[], pattern: string[]): boolean {
  return (
    path.length === pattern.length &&
    pattern.every((part, at) => (part.startsWith(':') ? path[at] !== '' : part === path[at]))
  );
}

function segments(path: string): string[] {
  return path.replace(/(?<=.)\/$/, '').split('/');
}

function variables(pattern: string): number {
  return pattern.split(':').length;
}
