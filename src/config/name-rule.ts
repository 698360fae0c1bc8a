/** What a name may hold once it is trimmed: a tenant's, a campaign's, an event's. */
export const NAME_CHARACTERS = /^[^\p{Cc}\p{Cs}]*$/u;

/** Without the flag u the expression counts as NVARCHAR(500) does; class-validator's Length would not. */
export const NAME_LENGTH = /^[^]{1,500}$/;
