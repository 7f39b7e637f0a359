import { InvalidInput } from '@skep/contracts';

const MIN_LENGTH = 8;

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

/** About 18,000 passwords. Loaded on first use, because loading takes 0.1 s. */
async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].filter(({ length }) => length >= MIN_LENGTH));
}

/** Compares without case. @throws Problem `invalid_input` for `field` if the password is a common one */
export async function assertNotCommon(field: string, password: string): Promise<void> {
  if ((await (commonPasswords ??= loadCommonPasswords())).has(password.toLowerCase()))
    throw InvalidInput([{ loc: [field], msg: 'This password is too common. Choose another one', type: 'common_password' }]);
}
