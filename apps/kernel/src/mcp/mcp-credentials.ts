import { Problem } from '@skep/contracts';
import { connections } from '@skep/contracts/connections';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IrError } from '../ir/ir-error.js';
import type { McpServer } from '../ir/ir.js';

const MISSING: readonly string[] = ['secret_not_set', 'secret_not_declared', 'account_not_found', 'account_expired'];
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What a user has set or connected for the MCP server of an app. Nothing of the caller's own request goes there. */
@Injectable()
export class McpCredentials {
  constructor(private readonly bus: Bus) {}

  /** The header with the credential of the caller; empty if the server requires none. @throws IrError `CREDENTIAL_REQUIRED` if they have none */
  async headersFor(caller: Ctx, app_id: string, { credential }: Pick<McpServer, 'credential'>): Promise<Record<string, string>> {
    if (!credential) return {};
    const ctx = { ...caller, idempotencyKey: undefined };
    const { header, prefix, secret, provider } = credential;
    const value = await (secret === undefined ? this.readToken(ctx, app_id, provider) : this.readSecret(ctx, app_id, secret)).catch(
      (error: unknown) => {
        throw error instanceof Problem && MISSING.includes(error.body.code) ? required(secret, provider) : error;
      },
    );
    if (!HEADER_VALUE.test(value))
      throw new IrError('CREDENTIAL_REQUIRED', `the secret '${secret ?? provider}' has characters that no header may have`);
    return { [header]: prefix + value };
  }

  private async readSecret(ctx: Ctx, app_id: string, name: string): Promise<string> {
    return (await this.bus.call(connections.getSecret, ctx, { app_id, name })).value;
  }

  private async readToken(ctx: Ctx, app_id: string, provider: string): Promise<string> {
    const account = (await this.bus.call(connections.listAccounts, ctx, { app_id, provider })).find(({ status }) => status === 'connected');
    if (!account) throw required(undefined, provider);
    return (await this.bus.call(connections.getProviderToken, ctx, { app_id, provider, account_id: account.account_id })).access_token;
  }
}

const required = (secret: string | undefined, provider = ''): IrError =>
  new IrError(
    'CREDENTIAL_REQUIRED',
    secret === undefined
      ? `this app needs your account at '${provider}': connect it to the app`
      : `this app needs your credential: set the secret '${secret}' of the app`,
  );
