import { BudgetExceeded } from '../billing/budget.js';
import { InsufficientCredits } from '../billing/index.js';
import { operation } from '../define.js';
import { Nested, Shape, Text } from '../fields.js';
import { NotConfigured, TooLarge } from '../problem.js';
import { StoredFile } from '../stored-file.js';
import { ModelKeyRejected, ModelRateLimited, ModelRefused, ModelTimeout, ModelUnavailable } from './completion.js';

/** Bytes of a recording: five minutes of uncompressed speech, hours of compressed. */
export const RECORDING_BYTES_MAX = 10_000_000;

@Shape('A recording of speech.')
export class Recording {
  @Nested(() => StoredFile, { description: 'The recording, such as a WAV, MP3, Ogg or WebM file of at most 10 MB.' }) audio!: StoredFile;
}

@Shape('What was said.')
export class Transcript {
  @Text({ description: 'The words of the recording.', example: 'Remind me to water the plants.' }) text!: string;
}

export const transcriptionMembers = {
  transcribe: operation('Transcribe speech', {
    description:
      'The words of a recording, which is not kept. Without a model for speech (`SKEP_STT_MODEL`) the answer is `not_configured`. An answer costs the price of recognising a recording.',
    input: Recording,
    output: Transcript,
    scope: 'voice:use',
    problems: [
      ...[TooLarge, NotConfigured, ModelRateLimited, ModelRefused, ModelKeyRejected, ModelUnavailable, ModelTimeout],
      ...[InsufficientCredits, BudgetExceeded],
    ],
    spansCalls: true,
  }),
};
