import { type Database, type Service, tablesOf } from '@skep/platform';
import { openTestDatabase, type Skep } from '@skep/testkit';

interface KernelModules {
  CallTokens: new (db: Database) => { mint(subject: object): Promise<string> };
  service: Service;
}

const load = async (file: string) => (await import(new URL(`../../../kernel/dist/src/${file}`, import.meta.url).href)) as KernelModules;

/** Mints a call token as the kernel does for code that it calls. @param key the SKEP_ENCRYPTION_KEY of the installation */
export async function mintCallToken({ infra }: Skep, key: string, subject: object): Promise<string> {
  const [{ CallTokens }, { service }] = [await load('call-token/call-tokens.js'), await load('main.js')];
  const db = await openTestDatabase(await tablesOf(service), await infra.env('kernel', { SKEP_ENCRYPTION_KEY: key }));
  try {
    return await new CallTokens(db).mint(subject);
  } finally {
    await db.close();
  }
}
