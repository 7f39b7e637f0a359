import { e2eTest as test, type Mutant } from '@skep/testkit';

/** How an icon is sent that a developer wrote. */
export const icons: Mutant[] = [
  {
    name: 'an icon that is opened as a page may run scripts of ours',
    file: 'src/http/raw-response.js',
    find: "'content-security-policy': SANDBOX,",
    plant: '',
    test: test('icon', 'is an image that runs and loads nothing, even where somebody opens it as a page'),
  },
];
