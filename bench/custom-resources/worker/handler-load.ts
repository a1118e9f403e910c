import { createRequire } from 'module';

// Prints the milliseconds to load the handler of the custom resources in this new process.
const load = createRequire(__filename);
const start = performance.now();
load(process.argv[2]);
process.stdout.write(JSON.stringify(performance.now() - start));
