import { InvalidInput } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import type { AgencyRepository } from '../agency/agency.repository.js';

/** @throws Problem `invalid_input` for an agency that the tenant does not have */
export async function mustKnow({ tenant }: Ctx, agencies: AgencyRepository, agency_id: string | undefined): Promise<void> {
  if (agency_id !== undefined && !(await agencies.read(tenant, agency_id)))
    throw InvalidInput([{ loc: ['agency_id'], msg: 'There is no such agency', type: 'agency_unknown' }]);
}
