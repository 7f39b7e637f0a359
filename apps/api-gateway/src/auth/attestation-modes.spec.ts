import { describe, expect, it } from '@jest/globals';
import { apis } from '../apis/index.js';
import { parseAttestationModes } from './attestation-modes.js';

describe('SKEP_ATTESTATION', () => {
  const read = (text: string) => parseAttestationModes(text, ['coach.a', 'coach.b']);

  it('is a mode, and pairs that replace it', () => {
    expect(read('off')).toEqual({ usual: 'off', byName: new Map(), faults: [] });
    expect(read('report, coach.a=enforce,coach.b=off')).toEqual({
      usual: 'report',
      byName: new Map([
        ['coach.a', 'enforce'],
        ['coach.b', 'off'],
      ]),
      faults: [],
    });
  });

  it.each(['', 'on', 'coach.a=enforce', 'off,coach.c=enforce', 'off,coach.a', 'off,coach.a=on', 'off,coach.a=off=off', 'off,'])(
    '%s is refused',
    (text) => {
      expect(read(text).faults).toHaveLength(1);
    },
  );
});

it('no way to leave, or to take one’s data along, wants proof of a device', () => {
  const routes = apis.flatMap((api) => api.routes.filter(({ attested }) => attested).map(({ path }) => path));
  expect(routes).not.toHaveLength(0);
  expect(routes.filter((path) => /^\/account|export|^\/attest|^\/auth\//.test(path))).toEqual([]);
});
