// Looks for a number that makes SHA-256(challenge + "." + number) begin with so many zero bits. SHA-256 (FIPS 180-4) is done
// here: the browser's own gives a promise for each hash, which takes longer than the hash.
const K = new Int32Array(64), START = new Int32Array(8), W = new Int32Array(64);
for (let n = 2, i = 0; i < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) prime &&= n % d !== 0;
  if (!prime) continue;
  if (i < 8) START[i] = (n ** 0.5 % 1) * 2 ** 32;
  K[i++] = (n ** (1 / 3) % 1) * 2 ** 32;
}

// block mixes 64 bytes into a state.
function block(state, view, at) {
  for (let i = 0; i < 16; i++) W[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    W[i] = W[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + W[i - 7] + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + W[i] | 0;
    const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
    h = g; g = f; f = e; e = d + t | 0; d = c; c = b; b = a; a = t + u | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

const bytes = new Uint8Array(192), view = new DataView(bytes.buffer), state = new Int32Array(8);

/** after is a function that says with how many zero bits the SHA-256 of prefix + text begins; both are ASCII, text is short. */
export function after(prefix) {
  const whole = prefix.length & ~63, from = START.slice(), head = new DataView(Uint8Array.from(prefix, (c) => c.charCodeAt(0)).buffer);
  for (let at = 0; at < whole; at += 64) block(from, head, at); // the same for every text
  const rest = prefix.slice(whole);
  return (text) => {
    const tail = rest + text, size = tail.length + 72 & ~63;
    bytes.fill(0, 0, size);
    for (let i = 0; i < tail.length; i++) bytes[i] = tail.charCodeAt(i);
    bytes[tail.length] = 0x80;
    view.setInt32(size - 4, (whole + tail.length) * 8);
    state.set(from);
    for (let at = 0; at < size; at += 64) block(state, view, at);
    return state[0] ? Math.clz32(state[0]) : 32 + Math.clz32(state[1]);
  };
}

/** solve gives the challenge with its number. */
export function solve(challenge, bits) {
  const zeros = after(`${challenge}.`);
  let n = 0;
  while (zeros(String(n)) < bits) n++;
  return `${challenge}.${n}`;
}

if (typeof WorkerGlobalScope !== "undefined") onmessage = ({ data }) => postMessage(solve(data.challenge, data.bits));
