import { Inject, Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { CONFIG, type Config } from '../config/config.js';

/** The global unicast addresses of IPv6 that are given out (RFC 4291, IANA). */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3');
/** Addresses of IPv4 as IPv6-only networks reach them (RFC 6052): the last four bytes count. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Names that lead to this machine or network, whatever a name server says. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/;

/** The addresses that webhooks may have. WEBHOOK_ALLOW_PRIVATE lifts the rules on scheme, port and address, no others. */
@Injectable()
export class AddressRules {
  readonly allowsPrivate: boolean;

  constructor(@Inject(CONFIG) { webhookAllowPrivate }: Pick<Config, 'webhookAllowPrivate'>) {
    this.allowsPrivate = webhookAllowPrivate;
  }

  /** Whether a connection to this IP address may be made. */
  allows(address: string): boolean {
    return this.allowsPrivate || isPublicAddress(address);
  }

  /** Why a webhook may not have this URL, as it goes on after the name of the field; undefined: it may. */
  urlFault(text: string): string | undefined {
    // WHATWG's parser drops blanks and line breaks, and reads \ as /, where others do not.
    if (/[\s\\\p{C}]/u.test(text)) return 'must have no blanks, backslashes or control characters';
    const url = URL.parse(text);
    if (!url || !/^https?:\/\/[^/]/i.test(text)) return 'must be an address that begins with https://';
    if (/^[^/]*\/\/[^/?#]*@/.test(text)) return 'must have no user name or password in it';
    if (text.includes('#')) return 'must have no fragment (#)';
    if (this.allowsPrivate) return undefined;
    if (url.protocol !== 'https:') return 'must begin with https://';
    if (!['', '8443'].includes(url.port)) return 'must have no port, or 443 or 8443';
    return hostFault(url.hostname);
  }
}

/** Whether an IP address, as the system writes it, belongs to the public internet. What cannot be read does not. */
function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast';
  if (parsed.match(NAT64)) return new ipaddr.IPv4(parsed.toByteArray().slice(12)).range() === 'unicast';
  return parsed.range() === 'unicast' && parsed.match(GIVEN_OUT);
}

function hostFault(hostname: string): string | undefined {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.isValid(literal)) return isPublicAddress(literal) ? undefined : 'must lead to a public address';
  const name = hostname.replace(/\.+$/, '');
  return name.includes('.') && !LOCAL_NAME.test(name) ? undefined : 'must lead to a public address';
}
