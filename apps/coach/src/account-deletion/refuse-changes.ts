import { AccountDeleting, coach } from '@skep/contracts/coach';
import { type Ctx, operationOf } from '@skep/platform';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { DeletionRepository } from './deletion.repository.js';

/** The names of operations that change nothing. */
const READS = /^(get|list|find|search|export)[A-Z]/;

/** Refuses every change for a person whose account is being deleted, in every aggregate, also for services that act for the person. */
@Injectable()
export class RefuseChanges implements CanActivate {
  constructor(private readonly deletions: DeletionRepository) {}

  /** @throws Problem `account_deleting` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = operationOf(context.getHandler());
    if (!operation || READS.test(operation.name) || operation === coach.deleteAccount) return true;
    const ctx = context.switchToRpc().getContext<Ctx>();
    if (ctx.user && (await this.deletions.isInProgress(ctx))) throw AccountDeleting();
    return true;
  }
}
