import type { Answer } from '@skep/testkit';

/** Whether an answer says that Skep failed. It did not where a feature is not configured. */
export const isServerError = ({ status, json }: Pick<Answer, 'status' | 'json'>): boolean =>
  status >= 500 && String(json?.['code']) !== 'not_configured';
