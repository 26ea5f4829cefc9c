/** Whether a stream may be given codes that move a cursor or colour: a terminal whose user did not ask for plain text. */
export function takesCodes(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  // no-color.org: whatever it is set to, but not empty.
  const isPlain = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return stream.isTTY === true && !isPlain;
}
