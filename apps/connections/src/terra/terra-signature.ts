import { NotConfigured, Unauthenticated } from '@skep/contracts';
import { isLately, isMac, macOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConnectionsConfig } from '../connections.config.js';

/** Verifies the signatures of Terra: `t=<seconds>,v1=<hex>`, with HMAC-SHA256 of `<t>.<body>`; there may be several `v1`. */
@Injectable()
export class TerraSignature {
  private readonly secrets: readonly string[];

  constructor(config: ConnectionsConfig) {
    this.secrets = config.TERRA_SIGNING_SECRET.split(',').filter(Boolean);
  }

  /** @throws Problem `not_configured`; `unauthenticated` unless one of the headers is a signature of these bytes, of the last five minutes */
  verify(headers: readonly string[], body: Buffer): void {
    if (!this.secrets.length) throw NotConfigured('Set TERRA_SIGNING_SECRET.');
    if (!headers.some((header) => this.isSignature(header, body))) throw Unauthenticated('Terra did not sign this request, or not lately.');
  }

  private isSignature(header: string, body: Buffer): boolean {
    const parts = header.split(',').map((part) => part.trim());
    const at = parts.find((part) => part.startsWith('t='))?.slice(2) ?? '';
    if (!isLately(at)) return false;
    return this.secrets.some((secret) => {
      const mac = macOf(secret, `${at}.`, body);
      return parts.some((part) => isMac(mac, part, 'v1='));
    });
  }
}
