declare module 'virtual:rules' {
  /** A field as openapi.json describes it. */
  export interface Rule {
    maxLength?: number;
    maxItems?: number;
    pattern?: string;
    default?: unknown;
    enum?: string[];
  }
  export const CAMPAIGN: Record<string, Rule>;
  export const EVENT: Record<string, Rule>;
  /** The abilities of the API. */
  export const CAN: Record<
    'undo' | 'restore' | 'copy' | 'import' | 'rollOut' | 'lookAtAnyInstant' | 'readBackwards' | 'moveEventsAlong',
    boolean
  >;
}
