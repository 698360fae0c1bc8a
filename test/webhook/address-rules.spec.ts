import { describe, expect, it } from '@jest/globals';
import { AddressRules } from '../../src/webhook/address-rules.js';

const strict = new AddressRules({ webhookAllowPrivate: false });
const lenient = new AddressRules({ webhookAllowPrivate: true });

/** Hosts that lead to this machine, to a private network, or to nobody in particular. */
const FORBIDDEN_HOSTS = [
  '127.0.0.1',
  '127.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '017700000001',
  '0177.0.0.1',
  '127.0.0.1.',
  '%31%32%37.0.0.1',
  '１２７.０.０.１',
  '①②⑦.0.0.1',
  '127。0。0。1',
  '0.0.0.0',
  '0',
  '10.0.0.1',
  '10.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '0xc0a80101',
  '169.254.169.254',
  '2852039166',
  '100.64.0.1',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::10.0.0.1]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[2001:db8::1]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[ff02::1]',
  '[100::1]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'api.localhost',
  'ⓛocalhost',
  'metadata.google.internal',
  'printer.local',
  'redis',
];

const FORBIDDEN_URLS: Record<string, RegExp> = {
  'http://hooks.example.com/': /begin with https/,
  'ftp://hooks.example.com/': /begins with https/,
  'javascript:alert(1)': /begins with https/,
  'file:///etc/passwd': /begins with https/,
  'https:hooks.example.com': /begins with https/,
  'https:///hooks.example.com': /begins with https/,
  '//hooks.example.com/': /begins with https/,
  'hooks.example.com': /begins with https/,
  '': /begins with https/,
  'https://': /begins with https/,
  'https://user@hooks.example.com/': /user name/,
  'https://user:secret@hooks.example.com/': /user name/,
  'https://@hooks.example.com/': /user name/,
  'https://hooks.example.com@127.0.0.1/': /user name/,
  'https://hooks.example.com#part': /fragment/,
  'https://hooks.example.com/#': /fragment/,
  'https://hooks.example.com:80/': /port/,
  'https://hooks.example.com:22/': /port/,
  'https://hooks.example.com:8444/': /port/,
  'https:\\\\127.0.0.1\\': /backslash/,
  'https://hooks.example.com\\@127.0.0.1/': /backslash/,
  ' https://hooks.example.com/': /blanks/,
  'https://hooks.exa\tmple.com/': /blanks/,
  'https://hooks.example.com/\n': /blanks/,
  'https://hooks.example.com/\u200b': /blanks/,
  'https://256.256.256.256/': /begins with https/,
};

const ALLOWED = [
  'https://hooks.example.com',
  'https://hooks.example.com/atrium?key=a&b=%20',
  'https://hooks.example.com:443/',
  'https://hooks.example.com:8443/',
  'HTTPS://Hooks.Example.COM/',
  'https://bücher.example/',
  'https://1.1.1.1/',
  'https://8.8.8.8:8443/',
  'https://[2606:4700:4700::1111]/',
  'https://hooks.example.com./',
  'https://hooks.example.com/users/@me',
];

describe('the address of a webhook', () => {
  it.each(FORBIDDEN_HOSTS)('is not %s, which is no public address', (host) => {
    expect(strict.urlFault(`https://${host}/`)).toMatch(/public address|begins with https/);
    expect(strict.urlFault(`https://${host}:8443/hook`)).toMatch(/public address|begins with https/);
  });

  it.each(Object.entries(FORBIDDEN_URLS))('is not %j', (url, fault) => {
    expect(strict.urlFault(url)).toMatch(fault);
  });

  it.each(ALLOWED)('may be %s', (url) => {
    expect(strict.urlFault(url)).toBeUndefined();
  });

  it('is free in scheme, port and address with WEBHOOK_ALLOW_PRIVATE, and in nothing else', () => {
    for (const url of ['http://127.0.0.1:9/', 'https://localhost:1234/x', 'http://[::1]/', 'http://redis:6379/'])
      expect(lenient.urlFault(url)).toBeUndefined();
    for (const url of ['ftp://127.0.0.1/', 'http://me@localhost/', 'http://localhost/#x', 'http://local host/', 'x'])
      expect(lenient.urlFault(url)).toBeDefined();
  });
});

describe('an address that a name leads to', () => {
  it.each([
    ['1.1.1.1', true],
    ['2606:4700:4700::1111', true],
    ['::ffff:1.1.1.1', true],
    ['64:ff9b::101:101', true],
    ['64:ff9b::7f00:1', false],
    ['::ffff:10.0.0.1', false],
    ['127.0.0.1', false],
    ['169.254.169.254', false],
    ['fd00::1', false],
    ['fe80::1%eth0', false],
    ['not an address', false],
    ['', false],
  ])('%s is connected to: %s', (address, isPublic) => {
    expect(strict.allows(address)).toBe(isPublic);
    expect(lenient.allows(address)).toBe(true);
  });
});
