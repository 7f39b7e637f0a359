import { IdempotencyInProgress, Problem, TooManyRequests, Unavailable } from '@skep/contracts';
import type { AutomationAction, NotifyMode } from '@skep/contracts/automation';
import type { Step } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CallFunction, MAY_NOT_CALL } from './call-function.js';
import { Notifier } from './notifier.js';
import { storable } from './storable.js';
import { render } from './template.js';

/** Whether the user wants to know how an execution has ended. */
export const isNotified = (notify_mode: NotifyMode, error: string | null): boolean =>
  notify_mode !== 'off' && (notify_mode !== 'failures' || error !== null);

/** What one action has done. */
export interface ActionResult {
  status: 'success' | 'error';
  app_id?: string | undefined;
  tool?: string | undefined;
  summary?: string | null;
  /** What the function returned, if it is not larger than 16 KiB. */
  data?: unknown;
  error?: string | null;
}

interface Attempted extends ActionResult {
  retryable?: boolean | undefined;
}

/** How often an action is attempted while a part of Skep, or the function, is temporarily unavailable. */
const ATTEMPTS_MAX = 5;
const DATA_MAX = 16_384;

/** Performs actions on behalf of the user of a rule, with what they may do at the time. */
@Injectable()
export class Execute {
  constructor(
    private readonly functions: CallFunction,
    private readonly notifier: Notifier,
  ) {}

  /** Performs an action. Its key is that of the step, so that it happens once. @throws Problem `unavailable` if it is to be attempted again */
  async perform(step: Step, action: AutomationAction, event: Record<string, unknown>, attempt: number): Promise<ActionResult> {
    try {
      const result = await this.attempt(step, action, event);
      if (result.retryable && attempt < ATTEMPTS_MAX) throw Unavailable(result.error ?? undefined);
      return toStorable(result);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (isTemporary(error) && attempt < ATTEMPTS_MAX) throw Unavailable(error.message);
      return { status: 'error', error: error.message, app_id: action.app_id, tool: action.tool };
    }
  }

  /** Tells the user how an execution has ended. */
  async notify(step: Step, prompt: string, error: string | null): Promise<void> {
    const text = error === null ? `Your automation has run: ${prompt}` : `Your automation failed: ${prompt}\n${error}`;
    await this.notifier.send(step, text);
  }

  private async attempt(step: Step, { app_id, tool, args, message }: AutomationAction, given: Record<string, unknown>): Promise<Attempted> {
    // Templates find the fields of the event, and those of its data.
    const event = { ...(typeof given['data'] === 'object' && given['data']), ...given };
    if (app_id === undefined || tool === undefined) {
      await this.functions.actAs(step);
      await this.notifier.send(step, String(render(message, event)));
      return { status: 'success', summary: 'Message sent' };
    }
    const result = await this.functions.call(step, app_id, tool, render(args ?? {}, event) as Record<string, unknown>);
    if (!result) return { status: 'error', app_id, tool, error: MAY_NOT_CALL };
    const { status, data, summary, error, retryable } = result;
    const fits = Buffer.byteLength(JSON.stringify(data ?? null)) <= DATA_MAX;
    return { status: status as ActionResult['status'], app_id, tool, summary, error, retryable, ...(fits && { data }) };
  }
}

const TEMPORARY = [IdempotencyInProgress.code, TooManyRequests.code];
/** Whether trying again may help. */
export const isTemporary = ({ body: { status, code } }: Problem) => status >= 500 || TEMPORARY.includes(code);

const toStorable = ({ retryable: _, ...result }: Attempted): ActionResult => storable(result);
