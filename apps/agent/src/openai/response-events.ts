import type { OpenAiResponse } from '@skep/contracts/agent';
import { newId } from './openai-messages.js';

type Item = { id: string; type: string; arguments?: string; content?: object[] };

/** The events of a response in a stream, in the order of OpenAI’s. Nothing is sent before the first words, so that a failure is an ordinary error. */
export class ResponseEvents {
  readonly message_id = newId('msg_');
  private sequence_number = 0;
  private hasBegun = false;
  private hasSaid = false;

  constructor(
    private readonly begun: OpenAiResponse,
    private readonly sendPart: (event: object) => void,
  ) {}

  /** The next words. */
  say(text: string): void {
    this.begin();
    const at = { item_id: this.message_id, output_index: 0, content_index: 0 };
    if (!this.hasSaid) {
      this.hasSaid = true;
      const item = { id: this.message_id, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
      this.send('response.output_item.added', { output_index: 0, item });
      const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
      this.send('response.content_part.added', { ...at, part });
    }
    this.send('response.output_text.delta', { ...at, delta: text, logprobs: [] });
  }

  /** What was not said yet of a response, and its end. */
  end(response: OpenAiResponse): void {
    this.begin();
    (response.output as Item[]).forEach((item, output_index) => {
      const part = item.content?.[0] as { text: string } | undefined;
      if (part) this.endMessage(part, output_index);
      else this.callFunction(item, output_index);
      this.send('response.output_item.done', { output_index, item });
    });
    this.send(`response.${response.status}`, { response });
  }

  private endMessage(part: { text: string }, output_index: number): void {
    if (!this.hasSaid) this.say(part.text);
    const at = { item_id: this.message_id, output_index, content_index: 0 };
    this.send('response.output_text.done', { ...at, text: part.text, logprobs: [] });
    this.send('response.content_part.done', { ...at, part });
  }

  private callFunction(item: Item, output_index: number): void {
    const at = { item_id: item.id, output_index };
    this.send('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', arguments: '' } });
    this.send('response.function_call_arguments.delta', { ...at, delta: item.arguments });
    this.send('response.function_call_arguments.done', { ...at, ...('name' in item && { name: item.name }), arguments: item.arguments });
  }

  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.send('response.created', { response: this.begun });
    this.send('response.in_progress', { response: this.begun });
  }

  private send(type: string, fields: object): void {
    this.sendPart({ type, sequence_number: this.sequence_number++, ...fields });
  }
}
