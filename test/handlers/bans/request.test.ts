import * as fc from 'fast-check';
import { InvalidBanRequest, parseBanRequest } from '../../../handlers/bans/request';
import { Rooms } from '../../../handlers/bans/rooms';
import { arnOf, OTHER_ROOM, ROOM } from '../../support/bans/handler';

const rooms = new Rooms('arn:aws:lambda:us-east-1:111122223333:function:Bans');
const parse = (raw: unknown) => parseBanRequest(raw, rooms);
const ban = { action: 'ban', room: ROOM, userId: 'ann' };

describe('accepts', () => {
  test.each<[string, object]>([
    ['a ban without an end', ban],
    ['a ban with all properties', { ...ban, disconnectFrom: [OTHER_ROOM], minutes: 5_256_000, reason: 'r'.repeat(256), bannedBy: 'mod', exceptModerators: true }],
    ['a ban from all rooms', { ...ban, room: '*' }],
    ['140 rooms to disconnect from', { ...ban, room: '*', disconnectFrom: Array(140).fill(ROOM) }],
    ['an unban', { action: 'unban', room: '*', userId: 'ann', exceptModerators: true }],
    ['a list', { action: 'list', room: ROOM, after: 'ann' }],
    ['the life of a token', { action: 'reportTokenLife', seconds: 61 }],
  ])('%s', (_, request) => {
    expect(parse(request)).toEqual(request);
  });

  test('rooms by ARN, which become IDs', () => {
    expect(parse({ ...ban, room: arnOf(ROOM), disconnectFrom: [arnOf(OTHER_ROOM)] })).toEqual({ ...ban, disconnectFrom: [OTHER_ROOM] });
  });

  test('an empty reason as none', () => {
    expect(parse({ ...ban, reason: '' })).toEqual(ban);
  });

  test('any user ID of 1 to 128 characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }), userId => {
      expect(parse({ ...ban, userId })).toEqual({ ...ban, userId });
    }));
    expect(parse({ ...ban, userId: '😀'.repeat(128) })).toEqual({ ...ban, userId: '😀'.repeat(128) });
  });
});

describe('refuses', () => {
  const invalid: [unknown, string][] = [
    ['ban', 'request must be an object, got "ban": send { "action": "ban", "room": "<ID>", "userId": "<ID>" }'],
    [[ban], 'request must be an object, got [{'],
    [null, 'request must be an object, got null: '],
    [{}, 'action must be ban, unban, list or reportTokenLife, got nothing: send one of these'],
    [{ ...ban, action: 'listBans' }, 'action must be ban, unban, list or reportTokenLife, got "listBans": '],
    [{ ...ban, action: 'constructor' }, 'action must be '],
    [{ ...ban, minuts: 5 }, 'request must be an object with the properties action, room, userId, disconnectFrom, minutes, reason, bannedBy, exceptModerators, got "minuts": check the name'],
    [{ action: 'unban', room: ROOM, userId: 'ann', minutes: 5 }, 'got "minutes": check the name'],
    [JSON.parse(`{ "action": "ban", "room": "${ROOM}", "userId": "ann", "__proto__": {} }`), 'got "__proto__": check the name'],
    [{ action: 'ban', userId: 'ann' }, 'room must be the ID or ARN of a room in the account and region of the function, or * for all rooms, got nothing: send the ID of 12 letters and digits'],
    [{ ...ban, room: '#tokens' }, 'room must be the ID or ARN'],
    [{ ...ban, room: 'lobby' }, 'room must be the ID or ARN'],
    [{ ...ban, room: `${ROOM}\n` }, 'room must be the ID or ARN'],
    [{ ...ban, room: arnOf(ROOM).replace('us-east-1', 'eu-west-1') }, 'room must be the ID or ARN'],
    [{ ...ban, room: arnOf(ROOM).replace('111122223333', '444455556666') }, 'room must be the ID or ARN'],
    [{ ...ban, room: arnOf('*') }, 'room must be the ID or ARN'],
    [{ ...ban, room: [ROOM] }, 'room must be the ID or ARN'],
    [{ ...ban, disconnectFrom: ROOM }, `disconnectFrom must be a list of rooms, got "${ROOM}": `],
    [{ ...ban, disconnectFrom: [ROOM, '*'] }, 'disconnectFrom[1] must be the ID or ARN of a room in the account and region of the function, got "*": '],
    [{ ...ban, disconnectFrom: Array(141).fill(ROOM) }, 'disconnectFrom must have up to 140 rooms, got 141: ban the user again with the other rooms'],
    [{ ...ban, userId: '' }, 'userId must be a string of 1 to 128 characters, got "": send the user ID for which the chat token was created'],
    [{ ...ban, userId: '😀'.repeat(129) }, 'userId must be a string of 1 to 128 characters, got "😀'],
    [{ ...ban, userId: '\ud800' }, 'userId must be a string of 1 to 128 characters, got "\\ud800": '],
    [{ ...ban, userId: 1 }, 'userId must be a string of 1 to 128 characters, got 1: '],
    [{ ...ban, minutes: 0 }, 'minutes must be a whole number from 1 to 5256000, got 0: omit it for a ban without an end'],
    [{ ...ban, minutes: 5_256_001 }, 'minutes must be a whole number from 1 to 5256000, got 5256001: '],
    [{ ...ban, minutes: 1.5 }, 'minutes must be a whole number'],
    [{ ...ban, minutes: '5' }, 'minutes must be a whole number'],
    [{ ...ban, minutes: null }, 'minutes must be a whole number from 1 to 5256000, got null: omit it for a ban without an end'],
    [{ ...ban, reason: 'r'.repeat(257) }, 'reason must be a string of up to 256 characters, got "rrr'],
    [{ ...ban, bannedBy: {} }, 'bannedBy must be a string of up to 256 characters, got {}: '],
    [{ ...ban, exceptModerators: 'false' }, 'exceptModerators must be true or false, got "false": send a Boolean, or omit it'],
    [{ action: 'list', room: ROOM, after: '' }, 'after must be a string of 1 to 128 characters'],
    [{ action: 'reportTokenLife', seconds: 0 }, 'seconds must be a whole number from 1 to 10800, got 0: send the number of seconds for which chat tokens are valid'],
  ];

  // With the message as the name of the test, because some requests are long.
  test.each(invalid.map(([request, message]) => [message, request] as const))('%s', (message, request) => {
    const attempt = () => parse(request);
    expect(attempt).toThrow(InvalidBanRequest);
    expect(attempt).toThrow(message);
  });

  test('with a short message, which has the name that callers see', () => {
    let error: Error | undefined;
    try {
      parse({ ...ban, reason: 'r'.repeat(100_000) });
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(error!.name).toBe('InvalidBanRequest');
    expect(error!.message.length).toBeLessThan(300);
  });
});

describe('a function for some rooms', () => {
  const someRooms = new Rooms('arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:Bans', [ROOM]);

  test.each([[{ ...ban, room: OTHER_ROOM }, 'room'], [{ ...ban, room: '*', disconnectFrom: [ROOM, OTHER_ROOM] }, 'disconnectFrom[1]']])(
    'refuses to ban a user in other rooms: %j', (request, name) => {
      expect(() => parseBanRequest(request, someRooms))
        .toThrow(`${name} must be one of the rooms of the ChatBans, got "${OTHER_ROOM}": add the room to the property rooms of the ChatBans`);
    });

  test('lists and lifts bans in other rooms, which it may have had earlier', () => {
    for (const request of [{ action: 'list', room: OTHER_ROOM }, { action: 'unban', room: OTHER_ROOM, userId: 'ann' }]) {
      expect(parseBanRequest(request, someRooms)).toEqual(request);
    }
  });

  test('bans users from all rooms', () => {
    expect(parseBanRequest({ ...ban, room: '*', disconnectFrom: [ROOM] }, someRooms)).toEqual({ ...ban, room: '*', disconnectFrom: [ROOM] });
  });

  test('accepts ARNs of its partition and region', () => {
    const room = `arn:aws-us-gov:ivschat:us-gov-west-1:111122223333:room/${ROOM}`;
    expect(parseBanRequest({ ...ban, room }, someRooms)).toEqual(ban);
    expect(() => parseBanRequest({ ...ban, room: arnOf(ROOM) }, someRooms)).toThrow(InvalidBanRequest);
  });
});
