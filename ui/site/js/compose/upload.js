// One file on its way (tus 1.0, by tus-js-client): by pieces, so that it can pause, survives a lost
// connection, and goes on after a reload when the same file is chosen again.
const piece = 8 << 20; // bytes
const waits = [0, 1000, 3000, 6000, 12_000, 24_000]; // ms before each further try
const kept = 24 * 3600 * 1000; // ms; how long the server keeps a part of a file

async function client() {
  await import("../../vendor/tus-js-client-4.3.1/tus.min.js"); // leaves itself in window.tus
  return window.tus;
}

/**
 * upload begins, or goes on, to send a file of a person. told has progress(part), which is 0 to 1,
 * waiting(), done(id of the medium) and failed(why, "" when it isn't known). It gives pause(), resume(), cancel().
 */
export async function upload(file, name, person, told) {
  const tus = await client();
  let id;
  const job = new tus.Upload(file, {
    endpoint: "/api/media/uploads", chunkSize: piece, uploadDataDuringCreation: true, removeFingerprintOnSuccess: true,
    retryDelays: waits, metadata: { filename: name }, headers: { "Accept-Language": document.documentElement.lang },
    fingerprint: async () => `${prefix(person)}${name}/${file.size}/${file.lastModified}`,
    onShouldRetry: (problem) => {
      const status = problem.originalResponse?.getStatus() ?? 0;
      return navigator.onLine && (status < 400 || status >= 500 || [409, 423, 429].includes(status));
    },
    onProgress: (sent, all) => told.progress(sent / all),
    onAfterResponse: (_, answer) => { id = answer.getHeader("Content-Location")?.split("/").pop() ?? id; },
    onSuccess: () => (id ? told.done(id) : told.failed("")),
    onError: (problem) => {
      if (problem.originalResponse) return told.failed(reason(problem.originalResponse));
      told.waiting();
      if (navigator.onLine) setTimeout(() => job.start(), waits.at(-1));
      else addEventListener("online", () => job.start(), { once: true });
    },
  });
  const [before] = await job.findPreviousUploads();
  if (before) job.resumeFromPreviousUpload(before);
  job.start();
  return { pause: () => job.abort(), resume: () => job.start(), cancel: () => job.abort(true).catch(() => {}) };
}

function reason(answer) {
  try {
    const said = JSON.parse(answer.getBody());
    return said.data?.file?.message || said.message || "";
  } catch {
    return "";
  }
}

function prefix(person) {
  return `${person}/`;
}

/** unfinished are the names of a person's files that are on the server in part. What is too old is forgotten. */
export function unfinished(person) {
  const names = [];
  for (const key of Object.keys(localStorage).filter((k) => k.startsWith(`tus::${prefix(person)}`))) {
    try {
      const { creationTime, metadata } = JSON.parse(localStorage.getItem(key));
      if (Date.now() - new Date(creationTime) < kept) names.push(metadata.filename);
      else localStorage.removeItem(key);
    } catch {
      localStorage.removeItem(key);
    }
  }
  return names;
}
