import { Forbidden, NotConfigured } from '@skep/contracts';
import { isSameSecret } from '@skep/platform';

/**
 * What proves that a health provider sends a message that it does not sign: the last part of the address that only it was given.
 * @param setting with the secret; during a change `new,old`
 * @throws Problem `not_configured`, `forbidden`
 */
export function assertSecret(setting: { name: string; value: string }, given: string): void {
  const secrets = setting.value.split(',').filter(Boolean);
  if (!secrets.length) throw NotConfigured(`Set ${setting.name}.`);
  if (!secrets.some((secret) => isSameSecret(given, secret))) throw Forbidden('This is not the address of this installation.');
}
