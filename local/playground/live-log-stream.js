// @ts-check

/**
 * @typedef {object} Entry One thing that has happened.
 * @property {number} id
 * @property {string} time
 * @property {string} kind
 * @property {string} text
 * @property {'error' | 'info' | 'warning'} [level]
 * @property {Record<string, any>} [data]
 *
 * @typedef {object} LoggedRecord
 * @property {string} roomArn
 * @property {{ event_timestamp: string, type: 'EVENT' | 'MESSAGE', payload: Record<string, any> }} record
 *
 * @typedef {object} Listeners
 * @property {(entry: Entry) => void} entry
 * @property {(record: LoggedRecord) => void} record
 * @property {() => void} newServer the server was started anew: what came before is of no more use
 * @property {(isLive: boolean) => void} connection
 */

/** @param {Listeners} listeners */
export function listen({ entry, record, newServer, connection }) {
  const source = new EventSource('/playground/live');
  const seen = new Set();
  let server = '';
  source.addEventListener('open', () => connection(true));
  source.addEventListener('error', () => connection(false));
  source.addEventListener('message', ({ data, lastEventId }) => {
    const [run] = lastEventId.split('-');
    if (server !== '' && run !== server) {
      seen.clear();
      newServer();
    }
    server = run;
    entry(JSON.parse(data));
  });
  source.addEventListener('record', ({ data }) => {
    /** @type {LoggedRecord} */
    const logged = JSON.parse(data);
    // After an interruption the server sends all it has.
    const { Id } = logged.record.payload;
    if (seen.has(Id)) return;
    seen.add(Id);
    record(logged);
  });
}
