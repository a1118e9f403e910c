// @ts-check

/** What the service refused, as a sentence and with its code. */
export class Refusal extends Error {
  /** @param {number} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @param {'events' | 'tokens'} what
 * @param {object} input
 * @returns {Promise<any>}
 */
export async function ask(what, input) {
  const response = await fetch(`/playground/${what}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(response.status, answer.message);
  return answer;
}
