import type { Completion, CompletionRequest, ModelMessage } from '@skep/contracts/models';

/** What clients of OpenAI’s APIs ask, in whichever form. */
export interface Question extends Pick<CompletionRequest, 'tools' | 'tool_choice' | 'temperature' | 'provider_params'> {
  /** `agent:<id>`, `<provider>/<model>`, or the default model of a provider. */
  model: string;
  messages: ModelMessage[];
  /** The field of the request with the messages. */
  field: 'messages' | 'input';
  max_tokens?: number;
}

/** What they get. */
export type Answer = Pick<Completion, 'text' | 'tool_calls' | 'usage'> & { stop_reason: string };
