import { InvalidInput } from '@skep/contracts';

/** @throws InvalidInput if the id of the app to delete is not repeated */
export function assertConfirmed(app_id: string, confirm_name: string): void {
  if (confirm_name === app_id) return;
  const msg = `To delete the app, set confirm_name to its id, '${app_id}'`;
  throw InvalidInput([{ loc: ['confirm_name'], msg, type: 'confirm_name' }]);
}
