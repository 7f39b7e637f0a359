import { isRefusal } from '@skep/contracts';
import { type CallResult, type Confirmation, kernel } from '@skep/contracts/kernel';
import type { Bus, Ctx } from '@skep/platform';
import {
  type CallToolResult,
  inputRequired,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { isDeepStrictEqual } from 'node:util';
import type { CalledFunction } from './tools.js';
import { failure, toToolResult } from './tool-results.js';

/** What a call that waits for its user answers in `data`. */
type Pending = Pick<Confirmation, 'confirmation_id' | 'summary' | 'kind' | 'panel_url'>;

/** What a client answers to a question, and the state that came with it. Both are whatever the client sends. */
export interface Answer {
  state: string;
  responses: Readonly<Record<string, unknown>> | undefined;
}

const CONFIRMATION_REQUIRED = 'CONFIRMATION_REQUIRED';
/** Of calls of MCP servers. */
const INPUT_REQUIRED = 'INPUT_REQUIRED';
const INVALID_STATE = 'INVALID_STATE';
const CAPABILITY_REQUIRED = 'CAPABILITY_REQUIRED';
const QUESTION = 'confirm';

/**
 * Questions to the user of a client, about calls that wait for them. The state of a question is the id of its confirmation: a text that cannot be guessed and says
 * nothing. The kernel knows the rest: whose it is, what will run, until when, and whether it was answered.
 */
export class Questions {
  constructor(private readonly bus: Bus) {}

  /** The question of a call that waits, if the client can ask its user, or that of an MCP server. Undefined if the call does not wait. */
  ask({ error_code, error, data }: CallResult, canAsk: boolean): InputRequiredResult | CallToolResult | undefined {
    if (error_code === INVALID_STATE) throw invalidState(error);
    if (error_code === CAPABILITY_REQUIRED)
      throw new ProtocolError(ProtocolErrorCode.MissingRequiredClientCapability, error ?? 'The client lacks a capability.', data);
    if (error_code === INPUT_REQUIRED) return data as InputRequiredResult;
    if (error_code !== CONFIRMATION_REQUIRED) return undefined;
    const pending = data as Pending;
    if (canAsk && pending.kind === 'confirmation') return toQuestion(pending);
    const text = `${pending.summary} This call waits for a person, who can confirm it at ${pending.panel_url}`;
    return failure(text, CONFIRMATION_REQUIRED, { 'skep/confirmUrl': pending.panel_url });
  }

  /**
   * Runs a call whose user accepted it, or asks again.
   * @throws ProtocolError if the state is not that of a question to this user about this call, which still waits
   */
  async answer(
    ctx: Ctx,
    called: CalledFunction,
    args: object,
    { state, responses }: Answer,
  ): Promise<InputRequiredResult | CallToolResult> {
    const waiting = await this.find(ctx, state);
    if (!waiting || !isAbout(waiting, called, args)) throw invalidState();
    const action = actionOf(responses?.[QUESTION]);
    const ref = { confirmation_id: waiting.confirmation_id };
    if (action === 'accept') {
      const { result } = await this.bus.call(kernel.confirmCall, ctx, ref);
      return result ? toToolResult(result) : failure('The call has no result.');
    }
    if (action === undefined) return toQuestion(waiting);
    await this.bus.call(kernel.cancelCall, ctx, ref);
    return failure('The user declined this call. Nothing has run.', 'DECLINED');
  }

  private async find(ctx: Ctx, confirmation_id: string): Promise<Confirmation | undefined> {
    try {
      return await this.bus.call(kernel.getConfirmation, ctx, { confirmation_id });
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}

/** A question is answered once, and one that only a signed-in person may answer never here. */
const isAbout = ({ status, kind, app_id, function: name, params }: Confirmation, called: CalledFunction, args: object) =>
  status === 'pending' && kind === 'confirmation' && app_id === called.app_id && name === called.fn.name && isDeepStrictEqual(params, args);

const toQuestion = ({ confirmation_id, summary }: Pending): InputRequiredResult =>
  inputRequired({
    // To accept is the answer: there is nothing to fill in.
    inputRequests: { [QUESTION]: inputRequired.elicit({ message: summary, requestedSchema: { type: 'object', properties: {} } }) },
    requestState: confirmation_id,
  });

const invalidState = (text: string | null = null) =>
  new ProtocolError(ProtocolErrorCode.InvalidParams, text ?? 'Invalid or expired requestState');

/** Whether a state is that of a question of an MCP server. Others are those of confirmations. */
export const isOfMcpServer = (state: string): boolean => state.startsWith('mcp_');

function actionOf(response: unknown): 'accept' | 'decline' | 'cancel' | undefined {
  const { action } = (response ?? {}) as { action?: unknown };
  return action === 'accept' || action === 'decline' || action === 'cancel' ? action : undefined;
}
