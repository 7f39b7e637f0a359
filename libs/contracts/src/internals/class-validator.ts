import { getMetadataStorage } from 'class-validator';
import { once } from '../once.js';

/**
 * Makes class-validator look up the checks of each class once. It searches all classes for each object that it checks, which is half of
 * the allocations of a busy service.
 *
 * Assumes of class-validator, which exports the storage but does not document it:
 * - `validateSync` finds the checks of a class with these two methods of the global storage: the second gets the answer of the first;
 * - of the other arguments the second names a schema, or the class around a nested object, and matters only with `registerSchema`, which
 *   we do not use; the rest are options, the same in all our calls;
 * - it does not change the answers, and the checks of a class do not change once it is defined.
 *
 * https://github.com/typestack/class-validator/issues/2686
 */
export function cacheChecks(): void {
  const storage = getMetadataStorage();
  storage.getTargetValidationMetadatas = once(storage.getTargetValidationMetadatas.bind(storage));
  storage.groupByPropertyName = once(storage.groupByPropertyName.bind(storage));
}
