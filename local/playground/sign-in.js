// @ts-check
import { button, element, find } from './elements.js';
import { field, onSubmit, parseJson } from './forms.js';
import { signIn } from './page-api.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {{ pool?: string, issuer?: string, client?: string }} Issuer What a sign-in names. Without a client, the user enters one. */

/** Form to get tokens of a user pool or another issuer for a made-up user. */
export class SignIn {
  /** @type {Issuer[]} */
  #issuers = [];
  /** @type {State['userPools']} */
  #userPools = [];
  /** @type {HTMLFormElement} */
  #form = find('#sign-in-form');
  #status = find('#signed-in');
  #tokens = find('#tokens');

  constructor() {
    this.#select.addEventListener('change', () => this.#showFields());
    onSubmit('#sign-in-form', async values => {
      this.#status.textContent = '';
      this.#tokens.replaceChildren();
      this.#showTokens(String(values.get('username')), await signIn(this.#request(values)));
    });
  }

  /**
   * Shows the issuers. Keeps what the user has selected, if it still exists.
   *
   * @param {State} state
   */
  show({ issuers, userPools }) {
    const selected = JSON.stringify(this.#selected);
    this.#userPools = userPools;
    const options = [
      ...userPools.flatMap(({ clients, id, name }) => clients.length === 0
        ? [{ label: name, issuer: { pool: id } }]
        : clients.map(client => ({ label: `${name} · ${client.name}`, issuer: { pool: id, client: client.id } }))),
      ...issuers.map(issuer => ({ label: issuer, issuer: { issuer } })),
    ];
    this.#issuers = options.map(({ issuer }) => issuer);
    this.#select.replaceChildren(...options.map(({ issuer, label }, index) =>
      element('option', { value: index, selected: JSON.stringify(issuer) === selected }, label)));
    find('#sign-in').hidden = options.length === 0;
    this.#showFields();
  }

  /** @returns {HTMLSelectElement} */
  get #select() {
    return find('select', this.#form);
  }

  /** @returns {Issuer | undefined} */
  get #selected() {
    return this.#issuers[this.#select.selectedIndex];
  }

  #showFields() {
    const selected = this.#selected;
    find('#sign-in-client').hidden = selected?.client !== undefined;
    find('#sign-in-client-label').textContent = selected?.issuer === undefined ? 'Client ID' : 'Audience';
    const groups = this.#userPools.find(({ id }) => id === selected?.pool)?.groups ?? [];
    field(this.#form, 'groups').placeholder = groups.length > 0 ? groups.join(', ') : 'optional';
  }

  /** @param {FormData} values */
  #request(values) {
    const groups = String(values.get('groups')).split(',').map(name => name.trim()).filter(name => name !== '');
    const client = String(values.get('client')).trim();
    return {
      ...client !== '' && { client },
      ...this.#selected,
      username: String(values.get('username')).trim(),
      groups,
      claims: parseJson('Claims', String(values.get('claims')), '{ "email": "ada@example.com" }'),
    };
  }

  /** @param {string} username @param {import('./page-api.js').UserTokens} tokens */
  #showTokens(username, { accessToken, expiresIn, idToken, sub }) {
    this.#status.replaceChildren(
      `${username.trim()} has signed in. The access token is valid for ${Math.round(expiresIn / 60)} minutes. sub: `, element('span', { class: 'code' }, sub),
    );
    this.#tokens.replaceChildren(tokenField('ID token', idToken), tokenField('Access token', accessToken));
  }
}

/** @param {string} name @param {string} token */
function tokenField(name, token) {
  const text = element('textarea', { rows: 2, readonly: true, spellcheck: 'false' }, token);
  const copy = button(`Copy the ${name}`, async () => {
    text.select();
    // Browsers have a clipboard only for pages of this machine. Elsewhere, the token is selected.
    await navigator.clipboard?.writeText(token);
  });
  return element('div', { class: 'stack' }, element('label', {}, name, ' ', text), copy);
}
