import { coach, type SourceRef } from '@skep/contracts/coach';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { Sources } from './sources.js';

@Handlers()
export class SourceHandlers {
  constructor(private readonly sources: Sources) {}

  @Handle(coach.readSource)
  readSource(ctx: Ctx, { message_id }: SourceRef) {
    return this.sources.find(ctx, message_id);
  }
}
