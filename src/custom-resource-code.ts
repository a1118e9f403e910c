import * as path from 'path';

/**
 * The bundled handler of the custom resources.
 *
 * In a file at the top of `src`: the published library is one file in `lib`, from which the way is the same.
 */
export const CUSTOM_RESOURCE_CODE = path.join(__dirname, '..', 'assets', 'custom-resources');
