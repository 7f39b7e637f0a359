import { Database, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { CallTokens } from '../call-token/call-tokens.js';
import { IrError } from '../ir/ir-error.js';

/** How every state begins. */
const PREFIX = 'mcp_';
const PURPOSE = 'state of a question of an MCP server';
const LIFETIME_SECONDS = 600;

interface Sealed {
  user: string;
  /** What was asked about. */
  subject: string;
  /** The state of the server. */
  state: string;
  /** Seconds since 1970. */
  exp: number;
  jti: string;
}

/** The states of questions that MCP servers ask: sealed, for one user and one request, for ten minutes, and usable once. */
@Injectable()
export class RequestStates {
  constructor(
    private readonly db: Database,
    private readonly tokens: CallTokens,
  ) {}

  async seal({ tenant, user }: Ctx, subject: string, state: string): Promise<string> {
    const sealed: Sealed = { user, subject, state, exp: Math.floor(Date.now() / 1000) + LIFETIME_SECONDS, jti: randomUUID() };
    return PREFIX + (await this.db.sealing.seal({ tenant, purpose: PURPOSE }, JSON.stringify(sealed))).toString('base64url');
  }

  /** The state of the server. It cannot be used again. @throws IrError `INVALID_STATE` if it is forged, used, expired, or of another user or request */
  async use({ tenant, user }: Ctx, subject: string, text: string): Promise<string> {
    const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
    const opened = await this.db.sealing.open({ tenant, purpose: PURPOSE }, bytes).catch(() => undefined);
    const sealed = opened === undefined ? undefined : (JSON.parse(opened) as Sealed);
    const isValid = sealed?.user === user && sealed.subject === subject && sealed.exp * 1000 > Date.now();
    if (!isValid || !(await this.tokens.markUsed(sealed))) throw new IrError('INVALID_STATE', 'Invalid or expired requestState');
    return sealed.state;
  }
}
