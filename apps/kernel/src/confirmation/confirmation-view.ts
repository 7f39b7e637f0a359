import type { CallResult, Confirmation } from '@skep/contracts/kernel';
import { siteOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { KernelConfig } from '../kernel.config.js';
import type { ConfirmationEntity } from './confirmation.entity.js';
import { statusOf } from './confirmation.repository.js';

/** Confirmations as their users see them. */
@Injectable()
export class ConfirmationView {
  private readonly site: string;

  constructor(config: KernelConfig) {
    this.site = siteOf(config);
  }

  of(confirmation: ConfirmationEntity): Confirmation {
    const { id, params, result, cause_id: _, ...rest } = confirmation;
    return {
      ...rest,
      confirmation_id: id,
      status: statusOf(confirmation),
      params: JSON.parse(params) as Record<string, unknown>,
      panel_url: this.panelUrlOf(id),
      result: result === null ? null : (JSON.parse(result) as CallResult),
    };
  }

  /** The page where its user can confirm it. */
  panelUrlOf(confirmation_id: string): string {
    return `${this.site}/app/confirmations/${confirmation_id}`;
  }
}
