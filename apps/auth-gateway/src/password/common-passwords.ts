import { InvalidInput } from '@skep/contracts';

const SHORTEST = 8;

let common: Promise<ReadonlySet<string>> | undefined;

/** 18,000 of them that are long enough to be chosen. Loaded when somebody first chooses one: it takes a tenth of a second. */
async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].filter(({ length }) => length >= SHORTEST));
}

/** A password that everybody tries first is none, in whatever case. @throws Problem `invalid_input`, which names the field */
export async function refuseCommon(field: string, password: string): Promise<void> {
  if ((await (common ??= load())).has(password.toLowerCase()))
    throw InvalidInput([{ loc: [field], msg: 'This is one of the most used passwords. Choose another one', type: 'common_password' }]);
}
