import { Temporal } from 'temporal-polyfill';

const EPOCH = Temporal.Instant.fromEpochMilliseconds(0);

/**
 * A time zone as the IANA list spells it, a link such as Asia/Calcutta as itself. Undefined for what Temporal does not
 * know: it is what reads local dates. Intl takes short names besides (IST, BST) that stand for several zones.
 */
export function timeZoneNamed(name: unknown): string | undefined {
  if (typeof name !== 'string' || !/^[A-Za-z]/.test(name)) return undefined;
  try {
    const { timeZoneId } = EPOCH.toZonedDateTimeISO(name);
    // Temporal finds the zone in a whole date, too.
    return timeZoneId.toLowerCase() === name.toLowerCase() ? timeZoneId : undefined;
  } catch {
    return undefined;
  }
}

/** For class-transformer: the spelling of the list; what is no time zone is left for validation to refuse. */
export function listedTimeZone({ value }: { value: unknown }): unknown {
  return timeZoneNamed(value) ?? value;
}
