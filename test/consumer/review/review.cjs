/** The packed review kit as CommonJS. */
const assert = require('node:assert/strict');
const { reviewEvent, reviewHandler } = require('ivschat-review');

const handler = reviewHandler(context => context.deny('No.'), { metrics: false });
handler(reviewEvent()).then(response => {
  assert.deepEqual(response, { ReviewResult: 'DENY', Content: 'Hello!', Attributes: { Reason: 'No.' } });
});
