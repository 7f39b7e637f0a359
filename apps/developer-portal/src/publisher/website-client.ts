import { PUBLISHER_PATH } from '@skep/contracts/portal';
import { Outbound, OutboundError } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { DeveloperPortalConfig } from '../developer-portal.config.js';

const LIMITS = { timeoutMs: 5_000, maxBytes: 16 * 1024, redirects: 0 };

/** Reads what websites of developers serve. */
@Injectable()
export class WebsiteClient extends Outbound {
  constructor(config: DeveloperPortalConfig) {
    super(config.SKEP_OUTBOUND_ALLOW);
  }

  /** The origin of a website that can be proven: an encrypted one, or one at an address that the operator allows. */
  originOf(website: string): string | undefined {
    const { protocol, hostname, origin, username, password } = new URL(website);
    if (username || password) return undefined;
    return protocol === 'https:' || this.isAllowedAddress(hostname) ? origin : undefined;
  }

  /** Undefined if a website serves a token in a line of its own, else why not. No redirect is followed: it may lead to what others serve. */
  async findFailure(website: string, token: string): Promise<string | undefined> {
    try {
      const { status, bytes } = await this.fetch(`${website}${PUBLISHER_PATH}`, LIMITS);
      if (status !== 200) return `The address answered ${status}.`;
      const lines = bytes.toString().split(/\r?\n/);
      return lines.some((line) => line.trim() === token) ? undefined : 'The address does not serve the text.';
    } catch (error) {
      if (error instanceof OutboundError) return error.message;
      throw error;
    }
  }
}
