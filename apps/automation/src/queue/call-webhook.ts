import { Outbound, OutboundError, signatureHeaders } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AutomationConfig } from '../automation.config.js';

const LIMITS = { timeoutMs: 15_000, maxBytes: 65_536, redirects: 0 };
const PREVIEW = 2_000;

/** What an address answered, or why it did not. */
export interface Called {
  output?: { status: number; body: string };
  error?: string;
  retryable?: boolean;
}

/** Calls addresses of people, with a signature of Standard Webhooks. */
@Injectable()
export class CallWebhook extends Outbound {
  constructor(config: AutomationConfig) {
    super(config.SKEP_OUTBOUND_ALLOW);
  }

  /** @param id the same for each attempt and repetition @param secrets `whsec_` and a key in base64; each signs */
  async call(url: string, id: string, secrets: readonly string[], body: object): Promise<Called> {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', ...signatureHeaders(id, secrets, text) };
    try {
      const { status, bytes } = await this.fetch(url, { method: 'POST', headers, body: text, ...LIMITS });
      const output = { status, body: bytes.toString().slice(0, PREVIEW).replaceAll('\0', '').toWellFormed() };
      if (status < 300) return { output };
      return { error: `The address answered ${status}.`, retryable: status === 429 || status >= 500 };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      return { error: error.message, retryable: error.reason === 'network' || error.reason === 'time' };
    }
  }
}
