import { DeadlineExceeded, IdempotencyInProgress, Problem, TooManyRequests, Unavailable } from '@skep/contracts';
import { type Step, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CallFunction, MAY_NOT_CALL } from '../execution/call-function.js';
import { Notifier } from '../execution/notifier.js';
import { storable } from '../execution/storable.js';
import { validSecretsOf } from '../job/valid-secrets.js';
import { JobRepository } from '../job/job.repository.js';
import { fillTemplate } from '../template/fill-template.js';
import { CallWebhook } from './call-webhook.js';
import type { QueueJobEntity } from './queue-job.entity.js';
import { RunAgent } from './run-agent.js';

/** What a try has led to. */
export interface Outcome {
  output?: unknown;
  error?: string;
  /** Trying again may help. */
  retryable?: boolean;
}

/** What a row keeps of a result. */
const OUTPUT_MAX = 16_384;
/** What has not ended: the same try again joins it. */
const UNDECIDED = [Unavailable.code, DeadlineExceeded.code, IdempotencyInProgress.code];

/** Does the work of one job in the queue, with what its person may do at the time. */
@Injectable()
export class Perform {
  constructor(
    private readonly agents: RunAgent,
    private readonly functions: CallFunction,
    private readonly notifier: Notifier,
    private readonly webhooks: CallWebhook,
    private readonly jobs: JobRepository,
  ) {}

  /** @param isLast the last attempt of this try @throws Problem if its outcome is unknown */
  async try(step: Step, work: QueueJobEntity, isLast: boolean): Promise<Outcome> {
    try {
      const outcome = storable(await this.perform(step, work));
      const isLong = JSON.stringify(outcome.output ?? null).length > OUTPUT_MAX;
      return isLong ? { ...outcome, output: { note: 'The result is too long to be kept.' } } : outcome;
    } catch (error) {
      if (!(error instanceof Problem) || (UNDECIDED.includes(error.body.code) && !isLast)) throw error;
      const { status, code } = error.body;
      return storable({ error: error.message, retryable: status >= 500 || code === TooManyRequests.code });
    }
  }

  private perform(step: Step, work: QueueJobEntity): Promise<Outcome> | Outcome {
    switch (work.type) {
      case 'agent_run':
        return this.runAgent(step, work);
      case 'command':
        return this.callFunction(step, work);
      case 'webhook':
        return this.callWebhook(work);
      case 'message':
        return this.notifier.send(step, messageOf(work)).then(() => ({ output: { sent: true } }));
      case 'log':
        return { output: { message: messageOf(work) } };
    }
  }

  private async runAgent(step: Step, work: QueueJobEntity): Promise<Outcome> {
    const ctx = await this.functions.actAs(step);
    const conversation_id = (work.payload['conversation_id'] as string | undefined) ?? (await this.conversationOf(ctx, work));
    const approved_tools = (work.payload['approved_tools'] as string[] | undefined) ?? [];
    const task = { conversation_id, message: messageOf(work), tainted: work.tainted, approved_tools };
    const { status, message_id, content, finish_reason, needs_approval, error } = await this.agents.run(ctx, `queue ${step.key}`, task);
    if (needs_approval !== null)
      return { error: `approval_needed: the agent wanted to use ${needs_approval}, which you have not approved` };
    if (status !== 'done') return { error: error ?? `The agent was ${status}.`, retryable: status === 'failed' };
    return { output: { conversation_id, message_id, content, finish_reason } };
  }

  /** The conversation of a job that names none: the same for all of its runs. */
  private async conversationOf(ctx: Step['ctx'], { job_id, tenant_id, type }: QueueJobEntity): Promise<string> {
    const job = job_id === null ? null : await this.jobs.findForRun(tenant_id, job_id);
    if (job?.conversation_id) return job.conversation_id;
    const begun = await this.agents.begin(withKeySuffix(ctx, 'conversation'), job?.name ?? type);
    return job ? this.jobs.rememberConversation(job.id, begun) : begun;
  }

  private async callFunction(step: Step, { payload }: QueueJobEntity): Promise<Outcome> {
    const { app_id, function: name, params = {} } = payload as { app_id: string; function: string; params?: Record<string, unknown> };
    const result = await this.functions.call(step, app_id, name, params);
    if (!result) return { error: MAY_NOT_CALL };
    const { status, data, summary, error, retryable } = result;
    if (status === 'success') return { output: { summary, data } };
    return { error: error ?? 'The function failed.', retryable: retryable ?? false };
  }

  private async callWebhook({ id, message_id, job_id, tenant_id, payload, event }: QueueJobEntity): Promise<Outcome> {
    const job = job_id === null ? null : await this.jobs.findForRun(tenant_id, job_id);
    const { type = 'queue.job', id: event_id = id, timestamp = new Date().toISOString(), data = {} } = event ?? {};
    const body = { event_type: type, event_id, timestamp, data };
    return this.webhooks.call(String(payload['url']), message_id ?? id, job ? validSecretsOf(job) : [], body);
  }
}

/** The message, filled with the event that started it. */
function messageOf({ payload, event }: QueueJobEntity): string {
  const message = typeof payload['message'] === 'string' ? payload['message'] : '';
  return event && message ? fillTemplate(message, { payload: event['data'], event }) : message;
}
