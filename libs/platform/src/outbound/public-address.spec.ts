import { describe, expect, it } from '@jest/globals';
import { isCallable, parseNetworks } from './public-address.js';

describe('an address', () => {
  it.each([
    ...['127.0.0.1', '127.8.8.8', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '169.254.169.254'],
    ...['224.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1', '192.0.0.1', '240.0.0.1'],
    ...['::1', '::', 'fe80::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', '2001:db8::1'],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:169.254.169.254',
      '64:ff9b::7f00:1',
      '64:ff9b::a9fe:a9fe',
      '2002:7f00:1::',
      '2001::1',
      '::127.0.0.1',
    ],
    ...['', 'localhost', '999.1.1.1'],
  ])('%s is not called', (address) => expect(isCallable(address, [])).toBe(false));

  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '192.169.0.1', '2606:4700:4700::1111', '::ffff:1.1.1.1'])('%s is called', (address) =>
    expect(isCallable(address, [])).toBe(true),
  );

  it('of an allowed network is called', () => {
    const allowed = parseNetworks('10.1.0.0/16, 127.0.0.1,fd00::/8');
    const addresses = ['10.1.2.3', '10.2.0.1', '127.0.0.1', '127.0.0.2', '::ffff:10.1.2.3', 'fd00::1', 'fe80::1', '169.254.169.254'];
    expect(addresses.filter((address) => isCallable(address, allowed))).toEqual(['10.1.2.3', '127.0.0.1', '::ffff:10.1.2.3', 'fd00::1']);
  });
});

it.each(['10.0.0.0/33', 'example.com', '10.0.0.0/8;::1', '10.0.0/x'])('%s is no network', (text) =>
  expect(() => parseNetworks(text)).toThrow(/^'.*' is not a network such as 10\.0\.0\.0\/8$/),
);
