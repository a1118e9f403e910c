/**
 * Options of SDK clients. A connection that Lambda's suspension has closed costs an attempt, so there is a second one.
 * Further attempts are up to the clients of the endpoint, which are told when to try again.
 *
 * @param requestTimeout of one attempt, in milliseconds
 */
export function clientOptions(requestTimeout: number) {
  return { maxAttempts: 2, requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true } };
}
