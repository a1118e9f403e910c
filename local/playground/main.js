// @ts-check
import { ChatWindow } from './chat-window.js';
import { find } from './elements.js';
import { wireEnterForm, wireEventForm } from './forms.js';
import { listen } from './live-log-stream.js';
import { Logs } from './logs.js';
import { Reviews } from './reviews.js';
import { Rooms } from './rooms.js';
import { labelOf, PageState } from './state.js';
import { wireTabs } from './tabs.js';

/** @type {Set<ChatWindow>} */
const windows = new Set();
const logs = new Logs();
const reviews = new Reviews();
const rooms = new Rooms(room => {
  find('#chats-heading').textContent = room ? labelOf(room) : 'Chat';
});
const state = new PageState(current => {
  find('#environment').textContent = `${current.environment.account} · ${current.environment.region}`;
  rooms.show(current);
  for (const opened of windows) opened.showRoom(state.room(opened.roomArn) ? roomLabel(opened.roomArn) : 'a room that was deleted');
});

/** @param {string} arn */
function roomLabel(arn) {
  const room = state.room(arn);
  return room ? labelOf(room) : arn.slice(arn.lastIndexOf('/') + 1);
}

wireEnterForm(() => rooms.chosen, (room, person) => {
  const opened = new ChatWindow(room.arn, person, () => {
    windows.delete(opened);
    find('#no-window').hidden = windows.size > 0;
    find('#enter-form input').focus();
  });
  opened.showRoom(labelOf(room));
  windows.add(opened);
  find('#windows').append(opened.element);
  find('#no-window').hidden = true;
});
wireEventForm(() => rooms.chosen);
wireTabs(find('[role=tablist]'));

// Records name their rooms, so what rooms there are comes first.
await state.load();
listen({
  entry: entry => {
    state.notice(entry);
    logs.add(entry);
    if (entry.kind === 'review') reviews.add(entry);
  },
  record: logged => logs.addRecord(logged, roomLabel(logged.roomArn)),
  newServer: () => {
    logs.clear();
    reviews.clear();
  },
  connection: isLive => {
    const status = find('#live');
    status.dataset.state = isLive ? 'connected' : 'connecting';
    status.textContent = isLive ? 'Live' : 'The server does not answer: trying again…';
    if (isLive) state.refresh();
  },
});
