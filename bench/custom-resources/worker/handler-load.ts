import { createRequire } from 'module';

// Loads the handler of the custom resources in this process, which has loaded nothing before.
const load = createRequire(__filename);
const start = performance.now();
load(process.argv[2]);
process.stdout.write(JSON.stringify(performance.now() - start));
