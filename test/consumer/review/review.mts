/** The packed review kit as an ES module, with its types. */
import * as assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { reviewEvent, reviewHandler, type ReviewContext, type ReviewHandlerOptions, type Verdict } from 'ivschat-review';
import * as review from 'ivschat-review';

const require = createRequire(import.meta.url);
assert.deepEqual(Object.keys(require('ivschat-review')).filter(name => !Object.keys(review).includes(name)), []);
assert.equal(require('ivschat-review/package.json').name, 'ivschat-review');

const options: ReviewHandlerOptions = { metrics: false, onLate: 'ALLOW' };
const mask = async ({ content, replace }: ReviewContext): Promise<Verdict> => replace(content.toUpperCase());
assert.deepEqual(await reviewHandler(mask, options)(reviewEvent({ Content: 'hi' })), { ReviewResult: 'ALLOW', Content: 'HI' });
