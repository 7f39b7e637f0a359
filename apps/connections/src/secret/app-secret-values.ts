import { isObject } from '@skep/contracts';

/** Values by app and name of the secret. */
export type AppSecretValues = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads SKEP_APP_SECRETS. @throws Error that says what is wrong, without values */
export function parseAppSecrets(text: string): AppSecretValues {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('must be JSON');
  }
  if (!isObject(json)) throw new Error('must be an object with the ids of apps');
  const ofApp = ([app_id, secrets]: [string, unknown]) => {
    const isValid = isObject(secrets) && Object.values(secrets).every((value) => typeof value === 'string' && value);
    if (!isValid) throw new Error(`${app_id} must be an object of texts by the names of secrets`);
    return [app_id, new Map(Object.entries(secrets as Record<string, string>))] as const;
  };
  return new Map(Object.entries(json).map(ofApp));
}
