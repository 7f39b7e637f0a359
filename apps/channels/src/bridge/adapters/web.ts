import { randomUUID } from 'node:crypto';
import { type Adapter, type Credentials, Refused } from '../adapter.js';

/**
 * A widget on pages of the person. Visitors write to us and read from us. Its one setting is the origins of these
 * pages, by commas.
 */
export class WebAdapter implements Adapter {
  readonly name = 'web';
  readonly display_name = 'Web';
  readonly credentials = { required: ['allowed_origins'], optional: [] };
  readonly textMax = 20_000;

  /** @throws Refused naming what is no origin */
  identify(credentials: Credentials): Promise<{ id: string; name: string }> {
    const wrong = originsOf(credentials).find((origin) => URL.parse(origin)?.origin !== origin || !/^https?:/.test(origin));
    if (wrong !== undefined) return Promise.reject(new Refused(`'${wrong}' is not an origin such as https://example.com`));
    return Promise.resolve({ id: 'web', name: '' });
  }

  /** Visitors read the stored message. */
  send(): Promise<string> {
    return Promise.resolve(randomUUID());
  }
}

/** The origins whose pages embed the widget. */
export const originsOf = ({ allowed_origins = '' }: Credentials): string[] => allowed_origins.split(',').map((origin) => origin.trim());
