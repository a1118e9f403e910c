// @ts-check

/** An error that the service returned. */
export class ServiceError extends Error {
  /** @param {number} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** @typedef {{ idToken: string, accessToken: string, sub: string, expiresIn: number }} UserTokens */

/**
 * Calls the service. Throws a ServiceError if it returns an error.
 *
 * @param {'events' | 'tokens'} path
 * @param {object} input
 * @returns {Promise<any>}
 */
export async function callService(path, input) {
  return post(`/playground/${path}`, input);
}

/**
 * Sends a message to the review handler again. The live log has the result. Throws a ServiceError if there is no handler any more.
 *
 * @param {object} input
 */
export async function reviewAgain(input) {
  await post('/playground/reviews', input);
}

/**
 * Gets tokens of a user. Throws a ServiceError if the input is invalid.
 *
 * @param {object} input
 * @returns {Promise<UserTokens>}
 */
export async function signIn(input) {
  return post('/sign-in', input);
}

/** @param {string} url @param {object} input @returns {Promise<any>} */
async function post(url, input) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) });
  const output = await response.json();
  if (!response.ok) throw new ServiceError(response.status, output.message);
  return output;
}
