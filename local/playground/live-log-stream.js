// @ts-check

/**
 * @typedef {object} Entry Entry of the live log.
 * @property {number} id
 * @property {string} time
 * @property {string} kind
 * @property {string} text
 * @property {'error' | 'info' | 'warning'} [level]
 * @property {string} [trace] stack trace of an error
 * @property {Record<string, any>} [data]
 *
 * @typedef {object} LoggedRecord
 * @property {string} roomArn
 * @property {{ event_timestamp: string, type: 'EVENT' | 'MESSAGE', payload: Record<string, any> }} record
 *
 * @typedef {object} Listeners
 * @property {(entry: Entry) => void} entry
 * @property {(record: LoggedRecord) => void} record
 * @property {() => void} serverRestart earlier entries and records are obsolete
 * @property {(isConnected: boolean) => void} connection
 */

/**
 * Opens the stream of the live log and the chat log. It reconnects by itself.
 *
 * @param {Listeners} listeners
 */
export function openLiveLogStream({ entry, record, serverRestart, connection }) {
  const source = new EventSource('/playground/live-log');
  const seen = new Set();
  let currentRun = '';
  source.addEventListener('open', () => connection(true));
  source.addEventListener('error', () => connection(false));
  source.addEventListener('message', ({ data, lastEventId }) => {
    const [run] = lastEventId.split('-');
    if (currentRun !== '' && run !== currentRun) {
      seen.clear();
      serverRestart();
    }
    currentRun = run;
    entry(JSON.parse(data));
  });
  source.addEventListener('record', ({ data }) => {
    /** @type {LoggedRecord} */
    const logged = JSON.parse(data);
    // The server sends all recent records again after an interruption.
    const { Id } = logged.record.payload;
    if (seen.has(Id)) return;
    seen.add(Id);
    record(logged);
  });
}
