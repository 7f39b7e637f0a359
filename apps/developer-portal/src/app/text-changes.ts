import { InvalidInput } from '@skep/contracts';
import type { AppEntity } from './app.entity.js';

type Texts = Partial<Pick<AppEntity, 'name' | 'display_name' | 'short_description' | 'description' | 'category' | 'icon' | 'git_url'>>;

/** The texts of an app's record that change. @throws InvalidInput for a blank name */
export function findTextChanges(
  app: AppEntity,
  { name, display_name, short_description, description, category, icon, git_url }: Texts,
): Partial<AppEntity> {
  const newName = (name ?? display_name)?.trim();
  if (newName === '')
    throw InvalidInput([{ loc: [name === undefined ? 'display_name' : 'name'], msg: 'The name must not be blank', type: 'blank' }]);
  // Equal descriptions stay equal if only one of them is given.
  const same = app.short_description === app.description;
  const texts: Partial<AppEntity> = {
    name: newName,
    short_description: short_description ?? (same ? description : undefined),
    description: description ?? (same ? short_description : undefined),
    category,
    icon,
    git_url,
  };
  return Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
}
