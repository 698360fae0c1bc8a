/** Characters of a trimmed name, of a tenant, campaign or event: no control characters, no lone surrogates. */
export const NAME_CHARACTERS = /^[^\p{Cc}\p{Cs}]*$/u;

/** Counts UTF-16 units as NVARCHAR(500) does, since it lacks the flag u. class-validator's Length counts characters. */
export const NAME_LENGTH = /^[^]{1,500}$/;
