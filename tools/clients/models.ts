// Two language models on loopback, for clients that are tried: the first answers, the second calls the function `find` before it answers. Prints
// their addresses: node models.ts
import { languageModel } from '@skep/testkit';

const [speaking, calling] = [await languageModel(), await languageModel()];
Object.assign(speaking, { says: 'Bees are hairy.', pauseMs: 10 });
Object.assign(calling, { says: 'Found.', calls: { name: 'find', args: { what: 'bees' } } });
console.log(`ready ${speaking.url} ${calling.url}`);
