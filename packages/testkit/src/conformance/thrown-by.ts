/** What a call throws; undefined if it throws nothing. */
export async function thrownBy(call: Promise<unknown> | undefined): Promise<unknown> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error ?? new Error('nothing');
  }
}
