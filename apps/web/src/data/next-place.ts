/** Where a user wanted to go before they had to sign in. Only a path of this app: anyone can write the address of the sign-in. */
export const nextPlace = ({ next }: { next?: unknown }): string | undefined =>
  typeof next === 'string' && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next) ? next : undefined;
