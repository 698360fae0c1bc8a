import type { JWTPayload } from 'jose';
import { type Role, ROLES } from './access.js';
import { insufficientRights, invalidToken } from './bearer-token.js';

/** Characters: the lengths of the columns that name the actor of a change. */
const MAX_SUBJECT_LENGTH = 255;
const MAX_NAME_LENGTH = 255;
const MAX_EMAIL_LENGTH = 320;

/** Stands for all tenants in the claim `tenants`. */
export const EVERY_TENANT = '*';

/** The person behind a token, as it names them. */
export interface Person {
  name?: string | undefined;
  email?: string | undefined;
}

/** The subject of a token, with its roles and tenants. */
export class Principal {
  private constructor(
    readonly subject: string,
    private readonly roles: readonly Role[],
    private readonly tenants: readonly unknown[],
    /** The claims `name` and `email`, where they can be shown. */
    readonly person: Person,
  ) {}

  /**
   * Reads the claims of a verified token, and ignores roles that Atrium does not know.
   * @throws Problem 401 when the token names no subject
   */
  static from({ sub, roles, tenants, ...claims }: JWTPayload): Principal {
    if (typeof sub !== 'string' || sub.length > MAX_SUBJECT_LENGTH || !/^\P{C}+$/u.test(sub))
      throw invalidToken(
        `The claim sub of the token takes 1-${MAX_SUBJECT_LENGTH} characters.`,
        'It does not say whose the token is: get another one.',
      );
    const given = list(roles);
    return new Principal(
      sub,
      ROLES.filter((role) => given.includes(role)),
      list(tenants),
      { name: shown(claims['name'], MAX_NAME_LENGTH), email: shown(claims['email'], MAX_EMAIL_LENGTH) },
    );
  }

  /** Whether it may change the tenant's rows. */
  isEditorOf(id: string): boolean {
    return this.roles.includes('editor') && this.isOf(id);
  }

  hasRole(role: Role): boolean {
    return this.roles.includes(role);
  }

  /** @throws Problem 403 when the token has none of the roles */
  requireRole(...oneOf: Role[]): void {
    if (oneOf.some((role) => this.roles.includes(role))) return;
    const yours = this.roles.length > 0 ? `Yours has ${this.roles.join(', ')}` : 'Yours has no role';
    throw insufficientRights(
      'role-required',
      `This takes a token with the role ${oneOf.join(' or ')}. ${yours}: ask whoever gave it to you for another one, press Authorize and enter that.`,
    );
  }

  /** @throws Problem 403 when the token is not for this tenant */
  requireTenant(id: string): void {
    if (this.isOf(id)) return;
    throw insufficientRights(
      'tenant-forbidden',
      `The token is not one for "${id}". Press Authorize and check the id of the shopping centre, or enter a token for this one.`,
    );
  }

  /** @throws Problem 403 for an editor whose token does not name all of these tenants */
  requireCentres(ids: readonly string[]): void {
    if (this.mayWorkIn(ids)) return;
    throw insufficientRights(
      'tenant-forbidden',
      'The token does not name every shopping centre concerned. Leave out those that are not yours, or choose another key.',
    );
  }

  /** Whether it may plan in all of these tenants at once. */
  mayWorkIn(ids: readonly string[]): boolean {
    return this.hasRole('platform-admin') || ids.every((id) => this.isEditorOf(id));
  }

  private isOf(id: string): boolean {
    return this.tenants.includes(id) || this.tenants.includes(EVERY_TENANT);
  }
}

/** Some issuers write a list of one as its one value. */
function list(claim: unknown): readonly unknown[] {
  return Array.isArray(claim) ? claim : [claim];
}

/** A claim that is text of one line; others are left out, since no right depends on them. */
function shown(claim: unknown, maxLength: number): string | undefined {
  const isShown = typeof claim === 'string' && claim.length <= maxLength && /^\P{C}*\S\P{C}*$/u.test(claim);
  return isShown ? claim : undefined;
}
