import type { Command } from '../cli/commands.ts';
import { readAsOperator } from '../cli/run-as-operator.ts';
import type { UpdatedStream } from '../operator/update-stream.ts';

export const commands: Command[] = [
  {
    usage: 'update-stream [--json]',
    summary: 'Creates the stream of events and its consumers, or gives it the settings of this version; npm start does so by itself',
    example: 'update-stream',
    async run() {
      const SKEP_STREAM_MAX_BYTES = process.env.SKEP_STREAM_MAX_BYTES ?? '';
      const updated = await readAsOperator<UpdatedStream>('update-stream.ts', { SKEP_STREAM_MAX_BYTES });
      return { data: updated, text: toText(updated), code: updated.refused.length ? 1 : 0 };
    },
  },
];

function toText({ changed, refused, created }: UpdatedStream): string {
  if (refused.length)
    return `This nats-server cannot change ${refused.join(', ')} of the stream of events: use 2.10 or newer, and run this again.`;
  const settings = changed.length
    ? `Changed ${changed.join(', ')} of the stream of events.`
    : 'The stream of events already has these settings.';
  return created.length ? `${settings} Created the consumers ${created.join(', ')}.` : settings;
}
