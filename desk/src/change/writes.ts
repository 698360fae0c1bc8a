import { CAN } from 'virtual:rules';
import { useQueryClient } from '@tanstack/react-query';
import { ahead, type Atrium } from '../api/atrium.ts';
import { Problem } from '../api/problem.ts';
import { received } from '../api/queries.ts';
import type { Change, Resource } from '../api/rows.ts';
import { useCentre } from '../context/desk-context.tsx';
import { useText } from '../text/text.tsx';
import { tell } from '../ui/toasts.tsx';

const LOOKED_THROUGH = 50;

/** Tells what was done and offers to undo it, where the API can. Everything that shows the centre's rows is read anew. */
export function useTellChange() {
  const text = useText();
  const queries = useQueryClient();
  const { id: tenant, atrium } = useCentre();
  const refresh = () => void queries.invalidateQueries({ queryKey: [tenant] });
  const tellUndone = (work: Promise<unknown>) =>
    void work
      .then(() => tell(text('undo.done')))
      .catch((thrown: unknown) => tell(text('undo.failed', { reason: wordsOf(thrown) })))
      .finally(refresh);
  return {
    /** @param isIt finds the change among the newest, whoever made it: a later one of the same row is in the way */
    tellChange: (message: string, isIt: (change: Change) => boolean): void => {
      refresh();
      tell(message, CAN.undo ? { name: text('undo'), run: () => tellUndone(undoLast(atrium, isIt)) } : undefined);
    },
    undo: (revision: number) => tellUndone(undo(atrium, revision)),
  };
}

/** A change of one row. */
export function isOf(resource: Resource, id: number): (change: Change) => boolean {
  return (change) => change.resource === resource && change.resourceId === id;
}

/** Takes back the newest of the changes that are meant. @throws Problem when a later change is in the way */
export async function undoLast(atrium: Atrium, isIt: (change: Change) => boolean): Promise<void> {
  const { data } = await ahead(atrium).GET('/changes', { params: { query: { order: 'desc', limit: LOOKED_THROUGH } } });
  const last = received(data).items.find(isIt);
  if (!last) throw new Problem(404, { title: 'This change is not among the latest ones. Look for it in the history.' });
  await undo(atrium, last.revision);
}

async function undo(atrium: Atrium, revision: number): Promise<void> {
  await ahead(atrium).POST('/changes/{revision}/undo', { params: { path: { revision } } });
}

/** A failure in a sentence. */
export function wordsOf(thrown: unknown): string {
  const details = thrown instanceof Problem ? thrown.errors.map(({ detail }) => detail) : [];
  if (details.length > 0) return details.join(' ');
  return thrown instanceof Error ? thrown.message : String(thrown);
}
