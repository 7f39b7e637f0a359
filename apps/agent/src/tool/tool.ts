import type { Ctx, Step } from '@skep/platform';
import type { ModelTool } from '@skep/contracts/models';

/** A use of a tool. `ctx` is that of the person, with what they may do now. */
export interface ToolUse {
  ctx: Ctx;
  conversation_id: string;
  agent_id: string;
  /** The turn has read content from outside. */
  isTainted: boolean;
  /** No user watches the turn: it waits for no one. */
  isUnattended: boolean;
  /** The step of the turn. Its key makes an effect happen once. */
  step: Step;
}

/** What a tool returned: text for the model. */
export interface ToolOutput {
  success: boolean;
  output: string;
  /** It comes from outside, although not all that the tool returns does. */
  isOutside?: boolean;
}

/** Something that an agent can do. */
export interface Tool extends ModelTool {
  /** It changes something: after content from outside it needs the person's approval. */
  hasEffect: boolean;
  /** What it returns comes from outside, so that someone else may have written it. */
  isOutside: boolean;
  /** It is a function of an app: there may be many. */
  isOfApp?: boolean;
  /** The client of the turn runs it, so that the turn waits for the result. */
  runsAtClient?: boolean;
  /** @throws Problem; other errors end the attempt */
  use(use: ToolUse, args: Record<string, unknown>): Promise<ToolOutput>;
}

/** Who knows some tools. */
export interface ToolSource {
  /** The tools of a person, in an order that stays. */
  list(ctx: Ctx): Promise<Tool[]>;
}

export const done = (output: string): ToolOutput => ({ success: true, output });
export const failed = (output: string): ToolOutput => ({ success: false, output });

/** The schema of arguments that are texts. */
export const textArguments = (properties: Record<string, string>, required = Object.keys(properties)): Record<string, unknown> => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(properties).map(([name, description]) => [name, { type: 'string', description }])),
  required,
});
