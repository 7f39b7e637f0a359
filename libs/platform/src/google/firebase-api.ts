import { Text } from '@skep/contracts';

const GOOGLE = '.googleapis.com';

/** The setting FIREBASE_API_BASE of a service that calls Firebase. It means the same for each API. */
export const FirebaseApiBase = (): PropertyDecorator =>
  Text({
    pattern: /^(https?:\/\/.|$)/,
    example: 'https://firebase.example.com',
    description:
      'One address for all APIs of Firebase, such as that of a proxy. Without it, or with an address of Google, each is asked at its own host there.',
  });

/**
 * Address of the project at an API of Firebase.
 * @param api its host at Google: `identitytoolkit` or `fcm`. Each host serves its own API only
 */
export function firebaseProjectUrl(
  api: 'identitytoolkit' | 'fcm',
  { FIREBASE_API_BASE: base, FIREBASE_PROJECT: project }: Record<'FIREBASE_API_BASE' | 'FIREBASE_PROJECT', string>,
): string {
  const isOther = base !== '' && !new URL(base).hostname.endsWith(GOOGLE);
  return `${isOther ? base.replace(/\/+$/, '') : `https://${api}${GOOGLE}`}/v1/projects/${encodeURIComponent(project)}`;
}
