import { readFileSync } from 'fs';
import { Filter } from './filter';
import { filterHandler } from './review';
import type { FilterFile } from '../../src/moderation/filter/filter-file';

/** Characters of many kinds, which are folded while the function starts, when Lambda gives it more CPU. */
const WARM_UP = 'Warm-up: wwwwwwarm ｗａｒｍ-up äöü ✋🏽 @example.com +49 170 1234567 https://example.com dot 馬鹿 カ sh1t, f u c k ё e\u0301';

const filter = new Filter(JSON.parse(readFileSync(`${__dirname}/filter.json`, 'utf8')) as FilterFile);
filter.warmUp(WARM_UP);

// Reviews the messages of rooms. For an export statement, esbuild would add 400 bytes to a file that must load fast.
module.exports.handler = filterHandler(filter);
