import { InvalidInput } from '@skep/contracts';

const KNOWN = ['email', 'api_key'];

/** Reads words between commas, each once. @throws Problem `invalid_input` for an unknown one, and without `email`: nobody could sign in. */
export function readAuthMethods(text: string): string {
  const methods = [...new Set(text.split(',').map((method) => method.trim()))];
  const wrong = methods.find((method) => !KNOWN.includes(method));
  if (wrong !== undefined) throw refused(`"${wrong}" is none of ${KNOWN.join(', ')}`, 'auth_method_unknown');
  if (!methods.includes('email')) throw refused('Without "email" nobody could sign in', 'auth_method_missing');
  return methods.join(',');
}

const refused = (msg: string, type: string) => InvalidInput([{ loc: ['allowed_auth_methods'], msg, type }]);
