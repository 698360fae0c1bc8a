// The entities of the features by name, for rooms below them that may not import them.

export const CAMPAIGN = 'Campaign';
export const EVENT = 'Event';
