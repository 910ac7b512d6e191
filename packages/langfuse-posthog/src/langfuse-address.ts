/** A machine's name with a dot or a port, or this machine. */
const WITHOUT_SCHEME = /^(?:[\w-]+(?:\.[\w-]+)+|[\w-]+(?=:\d)|localhost)(?::\d+)?(?:\/.*)?$/u;

/** The address with its scheme; anything else as it is. */
export function completeAddress(text: string): string {
  if (!WITHOUT_SCHEME.test(text)) return text;
  return `${/^(?:localhost|127\.)/u.test(text) ? 'http' : 'https'}://${text}`;
}

export function addressProblem(text: string): string | undefined {
  const isAddress = /^https?:\/\/[^\s"']+$/u.test(text) && URL.canParse(text);
  return isAddress ? undefined : 'expected an address such as https://langfuse.example.com';
}
