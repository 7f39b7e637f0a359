import type { ModelToolCall, StopReason } from '@skep/contracts/models';
import type { Candidate } from '../provider/failover.js';
import type { ModelPart, ModelRequest } from '../provider/model.js';

/** Bytes of UTF-8 in a token, at least: how tokens are estimated that a provider does not count. */
const BYTES_PER_TOKEN = 3;
const estimate = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

/** The answer to a prompt, as far as it has arrived. */
export class Answer {
  text = '';
  readonly tool_calls: ModelToolCall[] = [];
  private end: (ModelPart & { type: 'end' }) | undefined;
  private readonly estimatedPrompt: number;

  /** @param asked the candidate that is asked */
  constructor(
    { messages, tools = [] }: Pick<ModelRequest, 'messages' | 'tools'>,
    public asked: Candidate,
  ) {
    this.estimatedPrompt = estimate(messages.map(({ content }) => content).join('\n') + (tools.length ? JSON.stringify(tools) : ''));
  }

  begin(candidate: Candidate): void {
    this.asked = candidate;
  }

  add(part: ModelPart): void {
    if (part.type === 'text') this.text += part.text;
    else if (part.type === 'tool_call') this.tool_calls.push({ id: part.id, name: part.name, arguments: part.input });
    else this.end = part;
  }

  get hasBegun(): boolean {
    return this.text !== '' || this.tool_calls.length > 0 || this.end !== undefined;
  }

  get isWhole(): boolean {
    return this.end !== undefined;
  }

  get provider(): string {
    return this.asked.endpoint.provider;
  }

  get model(): string {
    return this.end?.model ?? this.asked.model;
  }

  get stop_reason(): StopReason {
    return this.end?.stop_reason ?? 'other';
  }

  /** As the provider counts, or estimated: one that counts nothing is not free of charge. */
  get prompt_tokens(): number {
    return this.end?.prompt_tokens || this.estimatedPrompt;
  }

  get completion_tokens(): number {
    return this.end?.completion_tokens || estimate(this.text + this.tool_calls.map((call) => call.name + call.arguments).join(''));
  }
}
