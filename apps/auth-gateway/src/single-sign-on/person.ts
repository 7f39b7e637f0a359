import { SignInRefused } from '@skep/contracts/auth';
import type { IdentityProviderEntity } from '../identity-provider/identity-provider.entity.js';
import type { Person } from './sign-in.entity.js';

type Claims = Readonly<Record<string, unknown>>;

const GROUPS_MAX = 1000;
const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

/**
 * The person of an ID token. Entra ID has no `email_verified`, and the address in `preferred_username`: the administrator who named the domains vouches
 * for the provider.
 * @throws Problem `sign_in_refused` for an address that is not verified or of another domain
 */
export function toPerson({ domains, groups_claim }: Pick<IdentityProviderEntity, 'domains' | 'groups_claim'>, claims: Claims): Person {
  const email = (text(claims['email']) ?? text(claims['preferred_username']) ?? '').toLowerCase();
  const domain = /^[^@\s]+@([^@\s]+)$/.exec(email)?.[1];
  if (domain === undefined) throw SignInRefused('The identity provider did not say your e-mail address.');
  if (claims['email_verified'] === false) throw SignInRefused('Your e-mail address is not verified at the identity provider.');
  if (!domains.includes(domain)) throw SignInRefused(`People of ${domain} cannot sign in with this identity provider.`);
  const groups = [claims[groups_claim]]
    .flat()
    .slice(0, GROUPS_MAX)
    .flatMap((group) => text(group) ?? []);
  const names = { first_name: text(claims['given_name']), last_name: text(claims['family_name']) };
  const attributes = Object.fromEntries(Object.entries(names).flatMap(([name, value]) => (value ? [[name, value.slice(0, 200)]] : [])));
  return { subject: String(claims['sub']), email, groups, attributes };
}
