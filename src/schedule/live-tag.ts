import type { ApiTag } from '../openapi/document.js';

/** The group of operations that tell what is on at this moment. */
export const LIVE_TAG: ApiTag = { name: 'live', description: 'What shoppers see at this moment' };
