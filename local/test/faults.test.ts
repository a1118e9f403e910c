import { ExpectedError } from '../src/expected-error';
import { describeError, Fault, traceOf, withSubject } from '../src/faults';

const REPORT = 'Please report this fault of ivschat-local with its stack trace: https://github.com/cdk-ivschat/cdk-ivschat/issues';
const fault = new TypeError('boom');

test('an expected error is its message, without a stack trace', () => {
  const error = withSubject('Room', new ExpectedError('Name is missing.'));
  expect(error).toBeInstanceOf(ExpectedError);
  expect(describeError(error)).toBe('Room: Name is missing.');
  expect(traceOf(error)).toBeUndefined();
});

test('a fault is described with its stack trace and where to report it', () => {
  const error = withSubject('Chat', withSubject('Room', fault));
  expect(error).toBeInstanceOf(Fault);
  expect(error.cause).toBe(fault);
  expect(describeError(error)).toBe(`Chat: Room: fault of ivschat-local: TypeError: boom\n${fault.stack}\n${REPORT}`);
});

test.each([[fault, `TypeError: boom\n${fault.stack}`], ['text', 'text\ntext'], [undefined, 'undefined\nundefined']])('anything else that is thrown is a fault: %p', (thrown, text) => {
  expect(describeError(thrown)).toBe(`ivschat-local failed: fault of ivschat-local: ${text}\n${REPORT}`);
});
