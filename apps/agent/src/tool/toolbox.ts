import { Problem } from '@skep/contracts';
import { auth, holdsScope } from '@skep/contracts/auth';
import { Bus, type Ctx, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { failed, type Tool, type ToolOutput, type ToolSource, type ToolUse } from './tool.js';

const OUTPUT_MAX = 100_000;
const SETUP_MS = 10_000;
/** Another attempt may find that part of Skep again. */
const TEMPORARY = ['unavailable', 'deadline_exceeded', 'idempotency_in_progress'];

/** The tools of a person's agents. */
@Injectable()
export class Toolbox {
  private readonly sources: ToolSource[] = [];

  constructor(private readonly bus: Bus) {}

  /** A model sees the tools in the order in which their sources were added. */
  add(source: ToolSource): void {
    this.sources.push(source);
  }

  /** The person of a run, with those of the scopes that they had when it began and still have. @throws Problem `user_not_found` */
  async personOf(ctx: Ctx, scopes: readonly string[]): Promise<Ctx> {
    const { tenant: tenant_id, user: user_id, trace } = ctx;
    const user = await this.bus.call(auth.describeUser, newCtx({ actor: 'service:agent', trace }), { tenant_id, user_id });
    const held = [...new Set([...user.scopes.filter((s) => holdsScope(scopes, s)), ...scopes.filter((s) => holdsScope(user.scopes, s))])];
    return { ...ctx, email: user.email, role: user.role, scopes: held, deadline: Date.now() + SETUP_MS };
  }

  async list(ctx: Ctx): Promise<Tool[]> {
    return (await Promise.all(this.sources.map((source) => source.list(ctx)))).flat();
  }

  /** Uses a tool. What is refused is a result that the model reads. @throws Problem of a part of Skep that is temporarily unavailable */
  async use(tool: Tool | undefined, name: string, { ctx, ...use }: ToolUse, json: string): Promise<ToolOutput> {
    if (!tool) return failed(`There is no tool ${name}.`);
    const args = parseArguments(json);
    if (!args) return failed('The arguments are no JSON object.');
    try {
      const { output, ...result } = await tool.use({ ...use, ctx: { ...ctx, idempotencyKey: use.step.key, cause: use.step.key } }, args);
      return { ...result, output: output.replaceAll('\0', '').toWellFormed().slice(0, OUTPUT_MAX) };
    } catch (error) {
      if (!(error instanceof Problem) || TEMPORARY.includes(error.body.code)) throw error;
      return failed(error.message);
    }
  }
}

export function parseArguments(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Arguments as they are shown: events must not be large. */
export function briefArguments(json: string): Record<string, unknown> {
  const args = parseArguments(json) ?? {};
  return JSON.stringify(args).length > 20_000 ? {} : args;
}
