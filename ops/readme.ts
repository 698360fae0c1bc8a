import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** Compares the table of values in the chart's README with values.yaml: `| name | default | meaning |`. */
export function faultsOfReadme(): string[] {
  const described = new Map<string, string>();
  const [, table = ''] = readFileSync('helm/README.md', 'utf8').split('\n## Values\n');
  for (const [, name = '', value = ''] of table.matchAll(/^\| `([^`]+)`\s*\| (.*?)\s*\|/gm)) {
    described.set(name, value.replaceAll('`', ''));
  }
  const defaults = new Map(leaves(parse(readFileSync('helm/values.yaml', 'utf8')), ''));
  return [
    ...[...defaults].flatMap(([name, value]) => {
      const said = described.get(name);
      if (said === undefined) return [`${name} is not described`];
      // A default too long for a table is told in words.
      return said === value || said.startsWith('see ') ? [] : [`${name} is ${value}, not ${said}`];
    }),
    ...[...described.keys()].filter((name) => !defaults.has(name)).map((name) => `${name} is not a value`),
  ];
}

function leaves(value: unknown, name: string): [string, string][] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isMap ? Object.entries(value) : [];
  if (entries.length === 0) return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  return entries.flatMap(([key, child]) => leaves(child, name === '' ? key : `${name}.${key}`));
}
