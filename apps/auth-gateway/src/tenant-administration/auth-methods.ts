import { InvalidInput } from '@skep/contracts';

const AUTH_METHODS = ['email', 'api_key'];

/** Parses methods separated by commas and removes duplicates. @throws Problem `invalid_input` for an unknown method, or if `email` is missing */
export function parseAuthMethods(text: string): string {
  const methods = [...new Set(text.split(',').map((method) => method.trim()))];
  const unknown = methods.find((method) => !AUTH_METHODS.includes(method));
  if (unknown !== undefined) throw invalidMethods(`"${unknown}" is not one of ${AUTH_METHODS.join(', ')}`, 'auth_method_unknown');
  if (!methods.includes('email')) throw invalidMethods('Must include "email": without it no one could sign in', 'auth_method_missing');
  return methods.join(',');
}

const invalidMethods = (msg: string, type: string) => InvalidInput([{ loc: ['allowed_auth_methods'], msg, type }]);
