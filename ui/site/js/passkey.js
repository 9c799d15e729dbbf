// Passkeys: a device is asked for one (WebAuthn), to sign in by or to be added. What it says is
// checked by the server alone.
export function passkeys(root) {
  const can = "PublicKeyCredential" in window && navigator.credentials;
  for (const note of root.querySelectorAll("[data-no-passkeys]")) note.hidden = can;
  if (!can) return;
  for (const form of root.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (e) => { e.preventDefault(); run(form); });
  }
}

async function run(form) {
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-problem]");
  problem.textContent = "";
  button.disabled = true;
  try {
    await (form.dataset.passkey === "add" ? add(form) : signIn(form));
  } catch (error) {
    button.disabled = false;
    problem.textContent = words(form, error);
  }
}

async function add(form) {
  const { name, password, code } = form.elements;
  const asked = await send(form, "/api/auth/passkeys/begin", { password: password?.value ?? "", code: code?.value ?? "" });
  const options = asked.public_key;
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const known of options.excludeCredentials ?? []) known.id = bytes(known.id);
  const made = await navigator.credentials.create({ publicKey: options });
  await send(form, "/api/auth/passkeys", {
    ceremony_id: asked.ceremony_id, name: name.value,
    credential: said(made, {
      clientDataJSON: letters(made.response.clientDataJSON), attestationObject: letters(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    }),
  });
  location.assign(form.dataset.next);
}

async function signIn(form) {
  const { challenge, ceremony, credential } = form.elements;
  const asked = await send(form, "/api/auth/passkeys/sign-in/begin", challenge.value ? { mfa_id: challenge.value } : {});
  const options = asked.public_key;
  options.challenge = bytes(options.challenge);
  for (const known of options.allowCredentials ?? []) known.id = bytes(known.id);
  const found = await navigator.credentials.get({ publicKey: options });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  ceremony.value = asked.ceremony_id;
  credential.value = JSON.stringify(said(found, {
    clientDataJSON: letters(clientDataJSON), authenticatorData: letters(authenticatorData),
    signature: letters(signature), userHandle: userHandle ? letters(userHandle) : undefined,
  }));
  form.submit();
}

// said is a credential as JSON (WebAuthn Level 3, §5.1.3), which not every browser makes itself.
function said(credential, response) {
  return {
    id: credential.id, rawId: credential.id, type: credential.type, response, clientExtensionResults: {},
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  };
}

class Refusal extends Error {}

async function send(form, path, body) {
  const answer = await fetch(path, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": document.documentElement.lang },
  });
  const told = await answer.json();
  if (!answer.ok) {
    beside(form, told.data ?? {});
    throw new Refusal(Object.values(told.data ?? {})[0]?.message ?? told.message);
  }
  beside(form, {});
  return told;
}

// beside marks the fields that something is wrong with.
function beside(form, wrong) {
  for (const field of form.querySelectorAll(".field input")) {
    if (wrong[field.name]) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  form.querySelector("[aria-invalid]")?.focus();
}

function words(form, error) {
  if (error instanceof Refusal) return error.message;
  if (error instanceof TypeError) return form.dataset.offline;
  return { NotAllowedError: form.dataset.cancelled, AbortError: form.dataset.cancelled, InvalidStateError: form.dataset.known, SecurityError: form.dataset.elsewhere }[error.name] ?? form.dataset.failed;
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function letters(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
