import * as crypto from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 12;

/** Id of a room, logging configuration, message or event: 12 letters and digits, as in the API model. */
export function newId(): string {
  let id = '';
  while (id.length < LENGTH) id += ALPHABET[crypto.randomInt(ALPHABET.length)];
  return id;
}
