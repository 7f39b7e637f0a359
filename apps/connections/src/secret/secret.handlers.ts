import {
  type AppSecrets,
  connections,
  type SecretAccessed,
  type SecretInfo,
  SecretNotReadable,
  SecretNotSet,
  SecretNotWritable,
  type SecretRef,
  SecretTooLarge,
  type SetSecret,
} from '@skep/contracts/connections';
import { type Ctx, Database, Handle, Handlers, Outbox } from '@skep/platform';
import type { DeclaredSecret } from './declared-secret.js';
import { OperatorSecrets } from './operator-secrets.js';
import { type SecretOwner, SecretRepository } from './secret.repository.js';
import { SecretFinder } from './secret-finder.js';

@Handlers()
export class SecretHandlers {
  constructor(
    private readonly db: Database,
    private readonly finder: SecretFinder,
    private readonly secrets: SecretRepository,
    private readonly ofOperator: OperatorSecrets,
    private readonly outbox: Outbox,
  ) {}

  @Handle(connections.listSecrets)
  async listSecrets(ctx: Ctx, input: AppSecrets): Promise<SecretInfo[]> {
    const visible = await this.finder.list(ctx, input);
    return (await Promise.all(visible.map(({ owner, declared }) => this.describe(owner, declared)))).flat();
  }

  @Handle(connections.getSecret)
  async getSecret(ctx: Ctx, input: SecretRef) {
    const { owner, declared, caller } = await this.finder.find(ctx, input);
    if (declared.scope === 'app' && !caller.isApp) throw SecretNotReadable();
    const { name } = declared;
    const value = await this.db.transaction(async () => {
      const found = (await this.secrets.read(owner, name)) ?? this.ofOperator.find(owner.app_id, declared);
      if (found !== undefined) await this.note(ctx, owner, name, 'read');
      return found;
    });
    if (value === undefined) throw SecretNotSet();
    return { name, value };
  }

  @Handle(connections.getSecretMeta)
  async getSecretMeta(ctx: Ctx, input: SecretRef): Promise<SecretInfo> {
    const { owner, declared } = await this.finder.find(ctx, input);
    return (await this.describe(owner, [declared]))[0]!;
  }

  @Handle(connections.setSecret)
  async setSecret(ctx: Ctx, input: SetSecret): Promise<SecretInfo> {
    const { owner, declared, isWritable } = await this.finder.find(ctx, input);
    if (!isWritable) throw SecretNotWritable();
    if (Buffer.byteLength(input.value) > declared.max_bytes) throw SecretTooLarge(`The value may have ${declared.max_bytes} bytes.`);
    await this.db.transaction(async () => {
      await this.secrets.set(owner, declared.name, input.value);
      await this.note(ctx, owner, declared.name, 'set');
    });
    return (await this.describe(owner, [declared]))[0]!;
  }

  @Handle(connections.deleteSecret)
  async deleteSecret(ctx: Ctx, input: SecretRef) {
    const { owner, declared, isWritable } = await this.finder.find(ctx, input);
    if (!isWritable) throw SecretNotWritable();
    const { name } = declared;
    const was_set = await this.db.transaction(async () => {
      const deleted = await this.secrets.delete(owner, name);
      if (deleted) await this.note(ctx, owner, name, 'deleted');
      return deleted;
    });
    return { name, was_set };
  }

  private async describe(owner: SecretOwner, declared: DeclaredSecret[]): Promise<SecretInfo[]> {
    const states = new Map((await this.secrets.findStates(owner)).map((state) => [state.name, state]));
    return declared.map((secret) => {
      const { updated_at = null, last_accessed_at = null } = states.get(secret.name) ?? {};
      const is_set = updated_at !== null || this.ofOperator.find(owner.app_id, secret) !== undefined;
      return { ...secret, is_set, updated_at, last_accessed_at };
    });
  }

  /** For the audit log. */
  private note(ctx: Ctx, { app_id, scope }: SecretOwner, name: string, access: SecretAccessed['access']): Promise<void> {
    return this.outbox.add(connections.secretAccessed, ctx, { app_id, name, scope, access });
  }
}
