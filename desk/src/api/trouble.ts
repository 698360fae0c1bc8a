import type { MessageKey } from '../text/text.tsx';
import { Problem } from './problem.ts';

/** A failure in the desk's words: what is wrong, and what to do. Without a code of its own the service's words are shown. */
export function troubleKey(problem: unknown): MessageKey | undefined {
  if (!(problem instanceof Problem)) return 'trouble.unknown';
  const key = BY_CODE[problem.code] ?? BY_STATUS[problem.status];
  return key ?? (problem.document.detail ? undefined : 'trouble.unknown');
}

const BY_CODE: Record<string, MessageKey> = {
  offline: 'trouble.offline',
  'tenant-suspended': 'trouble.suspended',
  'tenant-unavailable': 'trouble.unavailable',
  'tenant-forbidden': 'trouble.forbidden',
  'tenant-unknown': 'trouble.unknownCentre',
  'role-required': 'trouble.role',
};

const BY_STATUS: Record<number, MessageKey> = {
  401: 'trouble.signIn',
  429: 'trouble.busy',
  502: 'trouble.away',
  503: 'trouble.away',
  504: 'trouble.away',
};
