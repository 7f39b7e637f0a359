import { EFFECTS } from '@skep/contracts/builtins';
import type { CallResult, ConfirmationKind } from '@skep/contracts/kernel';
import { type Ctx, Database, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { ResolvedApp } from '../call/app-resolver.js';
import { runStepOnce } from '../call/call-idempotency.js';
import { authorize } from '../call/call-permission.js';
import { previewOf } from '../call/preview.js';
import { findTarget } from '../call/target.js';
import type { JsonObject } from '../ir/ir.js';
import { UserSettingsRepository } from '../settings/user-settings.repository.js';
import type { ConfirmationEntity } from './confirmation.entity.js';
import { ConfirmationRepository } from './confirmation.repository.js';
import { ACTION_TYPES, actionTypeOf, confirmationFor } from './needs-confirmation.js';
import { ConfirmationView } from './confirmation-view.js';

/** A call of a function, by name. */
interface Named {
  readonly app: ResolvedApp;
  readonly name: string;
}

/** What a call that waits answers in `data`. */
export interface PendingCall {
  confirmation_id: string;
  /** RFC 3339. */
  expires_at: string;
  summary: string;
  kind: ConfirmationKind;
  panel_url: string;
}

const CONFIRMATION_REQUIRED = 'CONFIRMATION_REQUIRED';
const TYPE_EFFECTS = { read: 'reads your data', write: 'changes your data', destructive: 'deletes or finally changes your data' } as const;

/** Decides which calls wait for their user, and asks. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly db: Database,
    private readonly settings: UserSettingsRepository,
    private readonly confirmations: ConfirmationRepository,
    private readonly view: ConfirmationView,
  ) {}

  /**
   * The answer to a call that waits for its user from now on; undefined if the call needs no confirmation, or would not start. A read costs no
   * statement, any other call one.
   * @throws Problem `too_many_requests`
   */
  async ask(ctx: Ctx, app: ResolvedApp, name: string, params: JsonObject): Promise<CallResult | undefined> {
    const fn = app.functions.get(name);
    if (!fn || actionTypeOf(fn) === 'read') return undefined;
    const settings = await this.settings.get(ctx);
    const kind = confirmationFor(settings, app.id, name, fn);
    if (!kind || !canStart(ctx, app, name, params)) return undefined;
    const action_type = actionTypeOf(fn);
    const effect = 'effect' in fn && fn.effect ? EFFECTS[fn.effect] : TYPE_EFFECTS[action_type];
    const text = JSON.stringify(params);
    const asked = {
      ...{ kind, app_id: app.id, revision: app.revision, function: name, action_type, params: text, params_hash: hashOf(text) },
      summary: `'${name}' of '${app.id}' ${effect}: ${previewOf(params)}`,
      expires_at: new Date(Date.now() + settings.confirmation_ttl * 1_000),
    };
    const askOnce = () =>
      runStepOnce(withKeySuffix(ctx, 'confirmation'), async () => this.toAnswer(await this.confirmations.create(ctx, asked)));
    return this.db.transaction(askOnce);
  }

  /** Whether a step's call does more than the call that makes it, and so much that the user wants to be asked. */
  async exceeds(ctx: Ctx, { app, name }: Named, caller: Named): Promise<boolean> {
    const [fn, outer] = [app.functions.get(name), caller.app.functions.get(caller.name)];
    if (!fn || !outer || ACTION_TYPES.indexOf(actionTypeOf(fn)) <= ACTION_TYPES.indexOf(actionTypeOf(outer))) return false;
    return confirmationFor(await this.settings.get(ctx), app.id, name, fn) !== undefined;
  }

  private toAnswer({ id, expires_at, summary, kind }: ConfirmationEntity): CallResult {
    const panel_url = this.view.panelUrlOf(id);
    const data: PendingCall = { confirmation_id: id, expires_at: expires_at.toISOString(), summary, kind, panel_url };
    const error = `This call waits for your confirmation. ${summary}`;
    return { status: 'error', data, summary: null, error, ui: null, error_code: CONFIRMATION_REQUIRED, retryable: false };
  }
}

/** What a call waits for, from its answer; undefined if it ran. */
export const pendingCallOf = ({ error_code, data }: CallResult): PendingCall | undefined =>
  error_code === CONFIRMATION_REQUIRED ? (data as PendingCall) : undefined;

export const hashOf = (params: string): string => createHash('sha256').update(params).digest('hex');

/** One that would not start is not asked about: it fails at once. */
function canStart(ctx: Ctx, app: ResolvedApp, name: string, params: JsonObject): boolean {
  try {
    authorize({ ctx }, findTarget({ app, name, params }));
    return true;
  } catch {
    return false;
  }
}
