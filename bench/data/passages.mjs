// Inputs and outputs of realistic width: 0.4 to 5.5 kB of JSON, most of them short.
const WORDS =
  'the of to and a in is it you that was for on are with as they be at one have this from or had by hot word but what some we can out other were all there when up use your how said an each she which do their time if will way about many then them write would like so these her long make thing see him two has look more day could go come did number sound no most people my over know water than call first who may down side been now find any new work part take get place made live where after back little only round man year came show every good me give our under name very through just form sentence great think say help low line differ turn cause much mean before move right boy old too same tell does set three want air well also play small end put home read hand port large spell add even land here must big high such follow act why ask men change went light kind off need house picture try us again animal point mother world near build self earth father'.split(
    ' ',
  );
const SHORTEST_BYTES = 400;
const LONGEST_BYTES = 5_500;

/** @returns {string[]} JSON texts: chat messages, the same at every call */
export function passages(count) {
  const random = randomNumbers(42);
  return Array.from({ length: count }, () => {
    const bytes = SHORTEST_BYTES * (LONGEST_BYTES / SHORTEST_BYTES) ** (random() ** 1.5);
    let content = '';
    while (content.length < bytes) content += `${WORDS[Math.floor(random() * WORDS.length)]} `;
    return JSON.stringify([{ role: 'user', content: content.trim() }]);
  });
}

/** Mulberry32: uniform in [0, 1), the same for the same seed. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
