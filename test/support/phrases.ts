/** A phrase that readers did not understand, and what to write instead. */
export interface Phrase {
  /** Words, alternatives and quantifiers. A space matches a line break as well, also inside a comment. */
  readonly pattern: string;
  readonly example: string;
  readonly instead: string;
}

/** Only phrases that are never right: a word that is fine elsewhere does not belong here. */
export const PHRASES: readonly Phrase[] = [
  { pattern: '(take|takes|taken|taking|took)( [\\w`]+){0,4} off', example: 'takes the handler off all rooms', instead: 'removes the handler from all rooms' },
  { pattern: 'anew', example: 'the room is created anew', instead: 'the room is re-created' },
  { pattern: 'in (the|its|their) place(?= of|[,.;:) ])', example: 'one file in the place of twenty', instead: 'one file instead of twenty' },
  { pattern: '(in a|closes? (a|the)|is no|makes?( a)?) circles?', example: 'is no circle', instead: 'is not a circular dependency' },
  { pattern: 'circular reference', example: 'a circular reference', instead: 'a circular dependency' },
  { pattern: 'says so', example: 'a stand-in that says so', instead: 'a stand-in that logs a warning' },
  { pattern: '(speaks?|spoke) of', example: 'the error speaks of a room', instead: 'the error names a room' },
  { pattern: 'to speak of', example: 'no time to speak of', instead: 'almost no time' },
  { pattern: 'bears? (a|the) (second|third)', example: 'bears a second call', instead: 'is idempotent' },
  { pattern: '(let|lets|letting) (people|users?|a user|a viewer|viewers|staff|anyone|someone|them|him) in(to)?', example: 'lets a user into the room', instead: 'issues a chat token for the room' },
  { pattern: '(let|lets|letting) in', example: 'may let in anyone', instead: 'may issue tokens for any user' },
  { pattern: 'at run time', example: 'at run time', instead: 'at runtime' },
  { pattern: 'made at runtime', example: 'rooms made at runtime', instead: 'rooms created at runtime' },
  { pattern: 'foreign rooms?', example: 'settings of foreign rooms', instead: 'settings of rooms managed elsewhere' },
  { pattern: 'those who', example: 'those who moderate', instead: 'moderators' },
  { pattern: '(by|for|of|to|than) who', example: 'a sentence for who wrote it', instead: 'a message for the author' },
  { pattern: 'whoever', example: 'whoever may create tokens', instead: 'callers that can create tokens' },
  { pattern: 'nobody (asked|can|could|has|knows?|may|reads?|will|writes?|wrote)', example: 'what nobody knows', instead: 'what is undocumented' },
  { pattern: 'he (can|did|does|gets|has|is|may|must|sees|wants|was|writes)', example: 'what he may do', instead: 'what they may do' },
  { pattern: 'his own', example: 'by his own policies', instead: 'by their own policies' },
  { pattern: '(two|one) who', example: 'two who write at once', instead: 'two concurrent writers' },
  { pattern: 'what (holds|becomes|became|has become) of', example: 'what became of it', instead: 'the outcome' },
  { pattern: '(is|are|was|were) said', example: 'what cannot be used is said', instead: 'unsupported properties are reported' },
  { pattern: '(a|one|that|the|whose) sentence', example: 'rejects with a sentence', instead: 'rejects with an error message' },
  { pattern: '(as|be|is|not|stays?) a text(?! (file|frame))', example: 'must be a text', instead: 'must be a string' },
  { pattern: 'a text of', example: 'a text of 1 to 64 characters', instead: 'a string of 1 to 64 characters' },
  { pattern: 'the way is the same', example: 'the way is the same', instead: 'resolves to the same path' },
  { pattern: 'as it (is|was) told', example: 'a room that changes as it is told', instead: 'a room that applies updates' },
  { pattern: 'allows to', example: 'Allows to create chat tokens', instead: 'Grants permission to create chat tokens' },
  { pattern: '(throws|rejects) where', example: 'Throws where the name is too long', instead: 'Throws if the name is too long' },
  { pattern: 'what it costs', example: 'What it costs', instead: 'Performance' },
  { pattern: 'unless it says otherwise', example: 'a sum over 5 minutes unless it says otherwise', instead: '@default - sum over 5 minutes' },
  { pattern: '(for|about AWS,|find out,?) the other way round', example: 'an option for the other way round', instead: 'an option for the alternative' },
  { pattern: 'in vain', example: 'was tried in vain', instead: 'failed' },
  { pattern: 'function made for', example: 'use the function made for ids', instead: 'use ChatRoom.fromRoomId()' },
  { pattern: 'found done', example: 'what is done is found done', instead: 'completed steps are skipped' },
  { pattern: 'that exists?, from its', example: 'A room that exists, from its ARN', instead: 'Imports an existing room by its ARN' },
  { pattern: 'safe to hand out', example: 'safe to hand out', instead: 'with least-privilege access' },
  { pattern: 'safe to do twice', example: 'safe to do twice', instead: 'idempotent' },
  { pattern: 'knows? nothing of', example: 'CloudFormation knows nothing of it', instead: 'CloudFormation does not manage it' },
  { pattern: 'of ours', example: 'a mistake of ours', instead: 'an internal error' },
  { pattern: '(all|any|each|every) \\w+ there (are|can be|is|may be)', example: 'every call there is', instead: 'all calls' },
  { pattern: 'what is there', example: 'links to what is there', instead: 'links to existing files' },
  { pattern: 'there again', example: 'when the stack is there again', instead: 'after the stack is deployed again' },
  { pattern: '(and|or) (its|the|their) like', example: 'CreateRoom and its like', instead: 'create and list actions' },
  { pattern: '(has|have) (it|them) still', example: 'if the room has it still', instead: 'if the room still has it' },
  { pattern: 'goes? on from there', example: 'the next deployment goes on from there', instead: 'the next deployment continues' },
  { pattern: 'without a word', example: 'synthesizes it without a word', instead: 'synthesizes it without a warning' },
  { pattern: '(?<!there )(is|are) no (answer|circle|construct|cycle|function|object|room)s?', example: 'a wildcard is no room', instead: 'a wildcard is not a room' },
  { pattern: 'to its end', example: 'runs to its end', instead: 'runs to completion' },
  { pattern: 'for ever', example: 'kept for ever', instead: 'kept forever' },
];

export interface Finding {
  readonly line: number;
  readonly found: string;
  readonly instead: string;
}

const SPACE = '\\s+(?:(?:\\*|//|>|#) *)?';

function regExpOf({ pattern }: Phrase): RegExp {
  return new RegExp(`\\b(?:${pattern.replaceAll(' ', SPACE)})(?!\\w)`, 'gi');
}

export function phrasesIn(text: string, phrases: readonly Phrase[] = PHRASES): Finding[] {
  return phrases.flatMap(phrase => [...text.matchAll(regExpOf(phrase))].map(match => ({
    line: text.slice(0, match.index).split('\n').length,
    found: match[0].replace(/\s+/g, ' '),
    instead: phrase.instead,
  })));
}
