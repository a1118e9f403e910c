import { reviewHandler } from 'ivschat-review';

// Examples: replace these lists with your own.
const BLOCKED = /\b(?:idiot|moron)\b/i;
const MASKED = /\b(?:crap|damn)\b/gi;

const mask = (text: string) => text.replace(MASKED, word => '*'.repeat(word.length));

/** Reviews a message in memory, together with its attributes, which clients display. */
export const handler = reviewHandler(({ allow, attributes, content, deny, replace, sender }) => {
  // An attribute of the chat token, which users cannot set. Those of the message can be set by its sender.
  if (sender.attributes.role === 'staff') return allow('staff');
  if ([content, ...Object.values(attributes)].some(text => BLOCKED.test(text))) return deny('Please stay friendly.', 'insults');

  const masked = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, mask(value)]));
  return replace(mask(content), { rule: 'swear-words', attributes: masked });
}, { maximumLength: 300 });
