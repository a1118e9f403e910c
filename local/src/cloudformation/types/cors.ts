import { BOOLEAN, STRINGS, type ObjectSchema } from '../property-schema';

/** The CORS configuration of a function URL or an HTTP API. */
export function cors(minimumAge: number): ObjectSchema {
  return {
    type: 'object',
    properties: {
      AllowCredentials: BOOLEAN,
      AllowHeaders: STRINGS,
      AllowMethods: STRINGS,
      AllowOrigins: STRINGS,
      ExposeHeaders: STRINGS,
      MaxAge: { type: 'integer', minimum: minimumAge, maximum: 86_400 },
    },
  };
}
