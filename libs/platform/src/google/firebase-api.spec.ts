import { describe, expect, it } from '@jest/globals';
import { firebaseProjectUrl } from './firebase-api.js';

const urls = (base: string, project = 'races') =>
  (['identitytoolkit', 'fcm'] as const).map((api) => firebaseProjectUrl(api, { FIREBASE_API_BASE: base, FIREBASE_PROJECT: project }));
const GOOGLE = ['https://identitytoolkit.googleapis.com/v1/projects/races', 'https://fcm.googleapis.com/v1/projects/races'];

describe('the address of a project at Firebase', () => {
  it('is at the host of each API by default', () => expect(urls('')).toEqual(GOOGLE));

  it.each(['https://fcm.googleapis.com', 'https://identitytoolkit.googleapis.com/'])(
    'stays there with %s, which serves only one of them',
    (base) => expect(urls(base)).toEqual(GOOGLE),
  );

  it.each(['http://127.0.0.1:9099', 'http://127.0.0.1:9099/'])('is at %s for both', (base) =>
    expect(urls(base)).toEqual(Array(2).fill('http://127.0.0.1:9099/v1/projects/races')),
  );

  it('keeps the path of a proxy, and escapes the project', () =>
    expect(urls('https://proxy.example.com/google/', 'a/b')[1]).toBe('https://proxy.example.com/google/v1/projects/a%2Fb'));
});
