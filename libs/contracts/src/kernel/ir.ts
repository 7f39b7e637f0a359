import { AppRef } from '../common.js';
import { operation } from '../define.js';
import { AnyJson, Bool, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { docsUrlOf, type FaultCode } from '../authoring/faults.js';
import { IR_CONTENT } from '../authoring/contents.js';
import { FunctionInfo, Permission } from '../registry/index.js';
import { paramsDocs } from './call.js';

@Shape('A trial run of a function of an IR.')
export class SmokeIr {
  @Json({ bytes: Infinity, content: IR_CONTENT, description: 'The IR, in the envelope or the flat form.' }) ir_dict!: Record<
    string,
    unknown
  >;
  @Text({ min: 1, max: 128, description: 'Name of the function to run.', example: 'save_link' }) function!: string;
  @Json({ bytes: Infinity, ...paramsDocs }) args: Record<string, unknown> = {};
}

@Shape('An IR to check.')
export class CheckIr extends AppRef {
  @Json({ bytes: Infinity, description: 'The IR, in the envelope or the flat form.' }) ir!: Record<string, unknown>;
}

@Shape('One fault of an IR, or one warning.')
export class IrFault {
  @Text({ description: 'Path of the part within the IR.' }) path!: string;
  @Text({ description: 'What is wrong, and if a name is misspelt, the one that was probably meant.' }) message!: string;
  @Optional() @Text({ description: 'The same path as a JSON Pointer (RFC 6901).', example: '/app/functions/0/name' }) pointer?: string;
  @Optional() @Text({ description: 'Kind of fault, for programs.', example: 'invalid-name' }) code?: string;
  @Optional() @Text({ description: 'Page about this kind of fault.', example: '/docs/apps/errors#invalid-name' }) docs_url?: string;
}

/** @param loc the keys that lead to the part */
export const irFault = (code: FaultCode, loc: readonly (string | number)[], message: string): IrFault => ({
  path: loc.join('.'),
  message,
  pointer: loc.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
  code,
  docs_url: docsUrlOf(code),
});

@Shape('The result of checking an IR: its faults and warnings, and without faults the normalised IR.')
export class IrCheckResult {
  @List(() => IrFault, { description: 'Why the IR cannot run; empty when it can.' }) faults!: IrFault[];
  @List(() => IrFault, { description: 'What runs, but probably not as intended.' }) warnings!: IrFault[];
  @Bool({ description: 'Whether short forms were rewritten.' }) normalised!: boolean;
  @Nullable() @Json({ description: 'The IR as it runs; null when it has faults.' }) ir!: Record<string, unknown> | null;
  @Text({ description: 'Version of the app.' }) version!: string;
  @Text({ description: 'Name of the app.' }) name!: string;
  @Text({ description: 'Description of the app.' }) description!: string;
  @List(() => FunctionInfo, { description: 'The functions of the app.' }) functions!: FunctionInfo[];
  @List('json', { description: 'The panels of the app.' }) panels!: Record<string, unknown>[];
  @Int({ description: 'Number of steps of all functions.' }) steps!: number;
  @List(() => Permission, { description: 'What the app can do, computed from its steps and capabilities; ordered by id.' })
  permissions!: Permission[];
}

@Shape('The result of a trial run.')
export class SmokeResult {
  @Bool({ description: 'Whether the function succeeded.' }) ok!: boolean;
  @AnyJson({ description: 'What the function returned, or its error.' }) result!: unknown;
  @List('json', { description: 'One entry per executed step.' }) trace!: Record<string, unknown>[];
}

export const irMembers = {
  /** Internal: for deploys. */
  checkIr: operation('Check an IR', { input: CheckIr, output: IrCheckResult }),
  smokeIr: operation('Run a function of an IR on a temporary store', {
    input: SmokeIr,
    output: SmokeResult,
    scope: 'developer:apps:write',
  }),
};
