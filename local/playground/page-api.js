// @ts-check

/** An error that the service returned. */
export class ServiceError extends Error {
  /** @param {number} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Calls the service. Throws a ServiceError if it returns an error.
 *
 * @param {'events' | 'tokens'} path
 * @param {object} input
 * @returns {Promise<any>}
 */
export async function callService(path, input) {
  const response = await fetch(`/playground/${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input),
  });
  const output = await response.json();
  if (!response.ok) throw new ServiceError(response.status, output.message);
  return output;
}
