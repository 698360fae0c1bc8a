import type { ColumnOptions } from 'typeorm';

/** Tags are kept as a JSON array: within its quotes, one tag is never found in another. */
export const TAGS_COLUMN: ColumnOptions = {
  name: 'Tags',
  length: 1_000,
  transformer: {
    to: (tags?: string[]) => tags && JSON.stringify(tags),
    from: (text: string) => JSON.parse(text) as string[],
  },
};
