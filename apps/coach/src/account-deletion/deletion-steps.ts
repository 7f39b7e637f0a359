import { Problem } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { channels } from '@skep/contracts/channels';
import type { DeletionStepName } from '@skep/contracts/coach';
import { connections } from '@skep/contracts/connections';
import { Bus, type Ctx, Database, eraseUser, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { DeletionEntity } from './deletion.entity.js';
import { DeletionRepository } from './deletion.repository.js';

/** How long a service may take for a step: health providers are asked one after the other. */
const TIMEOUT_MS = 30_000;
/** After this time a deletion continues without health providers that do not answer. */
const PATIENCE_MS = 7 * 24 * 3_600_000;

/** A deletion whose account is still known. */
export type Leaving = DeletionEntity & { person_id: string };

/** The steps of a deletion. Each may be repeated, throws while it cannot be done, and returns how it ended. */
@Injectable()
export class DeletionSteps implements Record<DeletionStepName, (deletion: Leaving) => Promise<string>> {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly deletions: DeletionRepository,
  ) {}

  async sessions(deletion: Leaving): Promise<string> {
    const { subjects } = await this.bus.call(auth.endSignIns, ctxOf(deletion), { user_id: deletion.person_id });
    await this.deletions.noteSubjects(deletion, subjects);
    return 'done';
  }

  async providers(deletion: Leaving): Promise<string> {
    try {
      await this.bus.call(connections.revokeHealthAccounts, ctxOf(deletion), personOf(deletion));
      return 'done';
    } catch (error) {
      if (Date.now() - deletion.requested_at.getTime() < PATIENCE_MS) throw error;
      return 'given_up';
    }
  }

  /** No push and no chat reaches the person any more, and none speaks for them. */
  async channels(deletion: Leaving): Promise<string> {
    await this.bus.call(channels.forgetPerson, ctxOf(deletion), personOf(deletion));
    return 'done';
  }

  async devices(deletion: Leaving): Promise<string> {
    await this.bus.call(auth.forgetAttestedDevices, ctxOf(deletion), personOf(deletion));
    return 'done';
  }

  async data(deletion: Leaving): Promise<string> {
    await eraseUser(this.db, personOf(deletion));
    return 'done';
  }

  /** Every service erases the user when it learns of it. */
  async account(deletion: Leaving): Promise<string> {
    await this.bus.call(auth.deleteUser, ctxOf(deletion), { user_id: deletion.person_id, permanent: true }).catch(ignore('user_not_found'));
    return 'done';
  }

  async apple(deletion: Leaving): Promise<string> {
    if (!deletion.apple_code) return 'not_needed';
    return (await this.bus.call(auth.revokeApple, ctxOf(deletion), { authorization_code: deletion.apple_code })).outcome;
  }

  async identity(deletion: Leaving): Promise<string> {
    for (const subject of deletion.subjects) {
      const outcome = await this.bus.call(auth.deleteFirebase, ctxOf(deletion), { subject }).catch(ignore('not_configured'));
      if (!outcome) return 'not_configured';
    }
    return deletion.subjects.length ? 'done' : 'not_needed';
  }
}

/** Each attempt has its own deadline, and none leaves a stored answer with the id of the person. */
const ctxOf = ({ tenant_id }: Leaving): Ctx =>
  newCtx({ tenant: tenant_id, actor: 'service:coach', scopes: ['*'], deadline: Date.now() + TIMEOUT_MS });

const personOf = ({ tenant_id, person_id: user_id }: Leaving) => ({ tenant_id, user_id });

const ignore = (code: string) => (error: unknown) => {
  if (!(error instanceof Problem && error.body.code === code)) throw error;
  return undefined;
};
