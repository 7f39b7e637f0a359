import { Text } from '@skep/contracts';

/** The setting SKEP_PUBLIC_URL of a service that makes links. */
export const PublicUrl = (): PropertyDecorator =>
  Text({ pattern: /^https?:\/\//, description: 'Base URL for links in e-mails, icons and passkeys.' });

/** What links begin with: SKEP_PUBLIC_URL without slashes at its end. */
export const siteOf = ({ SKEP_PUBLIC_URL }: { SKEP_PUBLIC_URL: string }): string => SKEP_PUBLIC_URL.replace(/\/+$/, '');
