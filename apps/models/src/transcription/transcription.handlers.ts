import { NotConfigured, type StoredFile, TooLarge } from '@skep/contracts';
import { models, type Recording, RECORDING_BYTES_MAX, type Transcript } from '@skep/contracts/models';
import { Bus, type Ctx, Database, Handle, Handlers, LOG, type Log, Outbox, OwnedObjects } from '@skep/platform';
import { Inject } from '@nestjs/common';
import { buffer } from 'node:stream/consumers';
import { problemOf } from '../completion/complete.js';
import { chargeKey, CompletionCharge } from '../completion/completion-charge.js';
import { Fees } from '../completion/fees.js';
import { ModelsConfig } from '../models.config.js';
import { ModelError } from '../provider/model.js';
import { OutboundClient } from '../provider/outbound-client.js';
import { type Endpoint, endpointOf } from '../provider/providers.js';
import { timeLeft } from '../provider/time-left.js';
import { transcribe } from '../provider/wire.js';

const TRANSCRIBE_MS = 60_000;

@Handlers()
export class TranscriptionHandlers {
  constructor(
    private readonly config: ModelsConfig,
    private readonly objects: OwnedObjects,
    private readonly outbound: OutboundClient,
    private readonly fees: Fees,
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly outbox: Outbox,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The recording is no one's file: it is removed with the answer. Its user pays for an answer only. */
  @Handle(models.transcribe)
  async transcribe(ctx: Ctx, { audio }: Recording): Promise<Transcript> {
    const { SKEP_STT_MODEL: model, SKEP_STT_URL, SKEP_STT_API_KEY } = this.config;
    if (!model)
      throw NotConfigured(
        'Speech is not transcribed here. The operator can set SKEP_STT_MODEL, and SKEP_STT_URL for a model of their own.',
      );
    if (audio.size > RECORDING_BYTES_MAX) throw TooLarge(`A recording may have at most ${RECORDING_BYTES_MAX} bytes.`);
    const endpoint = endpointOf('openai', SKEP_STT_URL, SKEP_STT_API_KEY, false)!;
    const left = timeLeft(ctx, TRANSCRIBE_MS);
    const fee = await this.fees.ofRecording(ctx);
    const purchase = { function: 'voice.transcribe', app_id: '' } as const;
    const charge = new CompletionCharge({ ...ctx, idempotencyKey: undefined }, chargeKey(ctx), purchase, this.bus, this.outbox, this.log);
    await charge.reserve(fee, left);
    const text = await this.hear(audio, endpoint, model, left).catch(async (error: unknown) => {
      await charge.release();
      throw error instanceof ModelError ? problemOf(error, { endpoint, model }, { payer: 'operator' }) : error;
    });
    await this.db.transaction(() => charge.record(fee));
    await charge.capture(fee);
    return { text };
  }

  private async hear({ object_id, media_type }: StoredFile, endpoint: Endpoint, model: string, left: number): Promise<string> {
    const bytes = await buffer(await this.objects.read(object_id));
    return transcribe(endpoint, this.outbound.fetchFor(endpoint, left), model, { bytes, media_type }, AbortSignal.timeout(left));
  }
}
