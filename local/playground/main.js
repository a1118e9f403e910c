// @ts-check
import { ChatWindow } from './chat-window.js';
import { find } from './elements.js';
import { setUpEventForm, setUpJoinForm } from './forms.js';
import { openLiveLogStream } from './live-log-stream.js';
import { Logs } from './logs.js';
import { Reviews } from './reviews.js';
import { Rooms } from './rooms.js';
import { SignIn } from './sign-in.js';
import { labelOf, PageState } from './state.js';
import { enableTabs } from './tabs.js';

/** @type {Set<ChatWindow>} */
const windows = new Set();
const logs = new Logs();
const reviews = new Reviews();
const rooms = new Rooms(room => {
  find('#chats-heading').textContent = room ? labelOf(room) : 'Chat';
});
const signIn = new SignIn();
const state = new PageState(current => {
  find('#environment').textContent = `${current.environment.account} · ${current.environment.region}`;
  rooms.show(current);
  signIn.show(current);
  for (const opened of windows) opened.showRoom(state.room(opened.roomArn) ? roomLabel(opened.roomArn) : 'a deleted room');
});

/** @param {string} arn */
function roomLabel(arn) {
  const room = state.room(arn);
  return room ? labelOf(room) : arn.slice(arn.lastIndexOf('/') + 1);
}

setUpJoinForm(() => rooms.selected, (room, user) => {
  const opened = new ChatWindow(room.arn, user, () => {
    windows.delete(opened);
    find('#no-window').hidden = windows.size > 0;
    find('#join-form input').focus();
  });
  opened.showRoom(labelOf(room));
  windows.add(opened);
  find('#windows').append(opened.element);
  find('#no-window').hidden = true;
});
setUpEventForm(() => rooms.selected);
enableTabs(find('[role=tablist]'));

// The labels of records need the names of the rooms.
await state.load();
openLiveLogStream({
  entry: entry => {
    state.handleEntry(entry);
    logs.add(entry);
    if (entry.kind === 'review') reviews.add(entry);
  },
  record: logged => logs.addRecord(logged, roomLabel(logged.roomArn)),
  serverRestart: () => {
    logs.clear();
    reviews.clear();
  },
  connection: isConnected => {
    const status = find('#connection');
    status.dataset.state = isConnected ? 'connected' : 'connecting';
    status.textContent = isConnected ? 'Connected' : 'Server not reachable. Reconnecting…';
    if (isConnected) state.refresh();
  },
});
