import { Problem } from '@skep/contracts';
import { type ChartFormat, type ChartSpec, ModelFailed } from '@skep/contracts/coach';
import type { Run } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AskModel } from '../model/ask-model.js';
import { captionOf, ChartPlan, faultOfPlan, faultOfRows, toSpec, usualPlan } from './chart.js';
import { drawSvg } from './draw-svg.js';
import { FindRows } from './find-rows.js';
import { CHART_SYSTEM, dataPrompt } from './prompts.js';
import type { Result } from './reader.js';

/** Answers a question with a chart. */
@Injectable()
export class DrawChart {
  constructor(
    private readonly rows: FindRows,
    private readonly model: AskModel,
  ) {}

  /** @param begin called once the rows are there @throws Problem of the model, or of the reader */
  async run(
    run: Run,
    question: string,
    prompt: string,
    { timezone, format }: { timezone: string; format: ChartFormat },
    begin: () => Promise<void>,
  ): Promise<{ result: Result; spec: ChartSpec }> {
    const result = await this.rows.run(run, prompt, timezone, faultOfRows);
    await begin();
    const usual = usualPlan(result);
    const plan = await run.step('plan', ({ ctx }) => this.plan(ctx, `${prompt}\n\n${dataPrompt(result)}`, result));
    const spec = toSpec(plan ?? usual, result, plan ? captionOf(plan, result, question, usual.caption) : usual.caption);
    return { result, spec: format === 'svg' ? { ...spec, svg: drawSvg(spec) } : spec };
  }

  /** Undefined if the model gave no usable plan. */
  private async plan(ctx: Run['ctx'], prompt: string, result: Result): Promise<ChartPlan | undefined> {
    const check = (plan: ChartPlan) => faultOfPlan(plan, result);
    try {
      return await this.model.value(ctx, { system: CHART_SYSTEM, prompt, answer: ChartPlan, check, maxTokens: 500 });
    } catch (error) {
      if (error instanceof Problem && error.body.code === ModelFailed.code) return undefined;
      throw error;
    }
  }
}
