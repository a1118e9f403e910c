/** Whether a content type is one of an API's `BinaryMediaTypes`, of which `*` stands for any part. */
export function isBinary(contentType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const actual = (contentType ?? 'application/json').split(/[;,]/)[0].trim().toLowerCase().split('/');
  return binaryMediaTypes.some(type => {
    const [main, sub] = type.toLowerCase().split('/');
    return (main === '*' || main === actual[0]) && (sub === '*' || sub === actual[1]);
  });
}
