import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const DOCUMENTS = globSync('**/*.md', { exclude: (name) => ['node_modules', 'dist'].includes(name) });

describe('the documents', () => {
  it('link to files and headings that exist', () => {
    expect(DOCUMENTS).toContain('README.md');
    expect(DOCUMENTS.flatMap(deadLinks)).toEqual([]);
  });

  it('name files that exist, in text and in diagrams', () => {
    const dead = DOCUMENTS.filter((document) => document !== 'CHANGELOG.md').flatMap((document) =>
      [...read(document).matchAll(/(?<![\w./-])(?:src|test|tools|migrations|bench|ops|client)\/[\w./-]*\w/g)]
        .filter(([path]) => !existsSync(path))
        .map(([path]) => `${document}: ${path}`),
    );
    expect(dead).toEqual([]);
  });

  it('begin with a README of fewer than 150 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThan(150);
  });

  it('describe the rooms in the order that the check holds', () => {
    const [, floors = ''] = /const FLOORS = \[(.*?)\];/s.exec(read('.dependency-cruiser.cjs')) ?? [];
    const [, table = ''] = read('docs/architecture.md').split('\n## Rooms\n');
    const described = [...table.matchAll(/^\| `([\w-]+)\/` +\| [A-Z]/gm)].map(([, room]) => room);
    expect(described.slice(0, globSync('src/*/').length)).toEqual(floors.match(/[\w-]+/g));
  });

  it('describe every variable of the environment', () => {
    const source = read('src/config/environment.ts');
    const described = read('docs/configuration.md').matchAll(/^\| ([A-Z_]+) +\|/gm);
    const names = [...source.matchAll(/^ {2}([A-Z_]+)(?:\?:| =|:)/gm)].map(([, name]) => name);
    expect(new Set(Array.from(described, ([, name]) => name))).toEqual(new Set(names));
  });
});

/** Links of `document` that lead nowhere in the repository; links to other sites are not followed. */
function deadLinks(document: string): string[] {
  const text = withoutCode(read(document));
  const inline = text.matchAll(/\]\(([^)\s]+)\)/g);
  const references = text.matchAll(/^\[[^\]]+\]: (\S+)/gm);
  return [...inline, ...references]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(document, target))
    .map((target) => `${document}: ${target}`);
}

function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(file)) return false;
  return anchor === undefined || (statSync(file).isFile() && anchorsOf(read(file)).has(anchor));
}

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
      const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
      const slug = words.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```/gms, '');
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}
