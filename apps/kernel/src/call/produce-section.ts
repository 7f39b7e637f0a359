import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IrError } from '../ir/ir-error.js';
import { type IrSkeleton, type IrStep, isObject, type Json } from '../ir/ir.js';
import { type RunOptions, runSteps } from '../ir/run-function.js';
import type { Verbs } from '../ir/verbs.js';
import type { Call, Success } from './call.js';
import { assertAllowed, CallCode } from './call-code.js';

const BYTES_MAX = 64 * 1024;
const ALLOWED = {
  methods: [
    ...['store.get', 'store.list', 'files.list', 'files.read', 'cache.get', 'cache.set', 'cache.delete'],
    ...['ai.complete', 'http.fetch', 'secrets.get'],
  ],
  because: 'what makes a section of a skeleton only reads',
};

/** The verbs for one request of code, and for steps. */
interface SectionVerbs {
  ofRequest: (ctx: Ctx) => Verbs;
  ofSteps: Verbs;
}

/** Makes a section of a skeleton. No one has asked for it, so it changes nothing. */
@Injectable()
export class ProduceSection {
  constructor(private readonly code: CallCode) {}

  /** @throws IrError unless the producer makes an object of at most 64 KiB, and only reads */
  async run(call: Call, { section, producer }: IrSkeleton, { ofRequest, ofSteps }: SectionVerbs, options: RunOptions): Promise<Success> {
    const data =
      producer.kind === 'code'
        ? await this.code.run(call, producer, {}, ofRequest, ALLOWED)
        : await runReading(producer.steps, ofSteps, options);
    if (!isObject(data) || Buffer.byteLength(JSON.stringify(data)) > BYTES_MAX)
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `the producer of the section '${section}' must make an object of at most 64 KiB`);
    return { data, summary: 'Done.' };
  }
}

/** The last result of steps. */
async function runReading(steps: IrStep[], verbs: Verbs, options: RunOptions): Promise<Json> {
  for (const { op } of steps) if (op !== 'conditional') assertAllowed(op, ALLOWED);
  return (await runSteps(steps, {}, verbs, options)).prev;
}
