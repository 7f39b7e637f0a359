import { checkDatabase } from '../cli/check-database.ts';
import type { Command } from '../cli/commands.ts';
import { Fault } from '../setup/fault.mjs';

/** The services whose databases have a function check_counters. The counters of billing are part of `ledger check`. */
const SERVICES = ['kernel', 'marketplace'];

export const commands: Command[] = [
  {
    usage: 'counters check SERVICE [URL]',
    summary: `Compares the counters of a service (${SERVICES.join(', ')}) with the rows that they count, and lists differences`,
    example: 'counters check kernel',
    run: ({ args: [service = '', url] }) => {
      if (!SERVICES.includes(service)) throw new Fault(`Name a service with counters: ${SERVICES.join(', ')}.`);
      return checkDatabase(service, url, 'check_counters');
    },
  },
];
