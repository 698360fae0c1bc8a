import { styleText } from 'node:util';

const COLOURS = { fatal: 'red', error: 'red', warn: 'yellow', info: 'green', debug: 'blue', trace: 'gray' } as const;

interface Line {
  time: string;
  level: keyof typeof COLOURS;
  context?: string;
  msg?: string;
  reason?: string;
}

/** Turns a log line of JSON into text for a terminal: time of day, level, context, message, then the other fields. */
export function prettyLine(json: string): string {
  const { time, level, context, msg, reason, ...fields } = JSON.parse(json) as Line;
  const words = [
    time.slice(11, 23),
    styleText(COLOURS[level], level.padEnd(5)),
    ...(context === undefined ? [] : [styleText('cyan', context)]),
    ...(msg === undefined ? [] : [msg]),
    ...Object.entries(fields).map(([name, value]) => `${styleText('gray', `${name}=`)}${String(value)}`),
  ];
  return `${words.join(' ')}\n${reason === undefined ? '' : `${reason}\n`}`;
}
