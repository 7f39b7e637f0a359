import { siteOf } from '@skep/platform';

/** Where providers send browsers back. */
export const callbackOf = (config: { SKEP_PUBLIC_URL: string }): string => `${siteOf(config)}/v1/auth/sso/callback`;
