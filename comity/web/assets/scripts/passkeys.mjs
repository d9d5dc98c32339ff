// Security keys and passkeys: asks the browser for one and sends what it answers with the form.
// Pages offer another way wherever this cannot work.
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const listed = (keys = []) => keys.map((key) => ({ ...key, id: decode(key.id) }));

// A key is bound to a host by its name; no browser knows one for a bare number.
function fits(rp) {
  const here = location.hostname;
  return Boolean(window.PublicKeyCredential) && (here === rp || here.endsWith(`.${rp}`));
}

async function options(form) {
  if (!form.dataset.optionsFrom) return JSON.parse(document.getElementById(form.dataset.options).textContent).publicKey;
  const answer = await fetch(form.dataset.optionsFrom, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).request_options.publicKey;
}

async function create(form) {
  const asked = await options(form);
  const alone = form.elements.passwordless?.checked;
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: decode(asked.challenge),
      user: { ...asked.user, id: decode(asked.user.id) },
      excludeCredentials: listed(asked.excludeCredentials),
      authenticatorSelection: alone
        ? { residentKey: "required", requireResidentKey: true, userVerification: "required" }
        : { residentKey: "discouraged", requireResidentKey: false, userVerification: "preferred" },
    },
  });
  return { ...plain(made), response: { clientDataJSON: encode(made.response.clientDataJSON), attestationObject: encode(made.response.attestationObject) } };
}

async function get(form) {
  const asked = await options(form);
  const given = await navigator.credentials.get({
    publicKey: { ...asked, challenge: decode(asked.challenge), allowCredentials: listed(asked.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = given.response;
  return {
    ...plain(given),
    response: {
      clientDataJSON: encode(clientDataJSON),
      authenticatorData: encode(authenticatorData),
      signature: encode(signature),
      userHandle: userHandle ? encode(userHandle) : null,
    },
  };
}

const plain = (key) => ({ id: key.id, rawId: encode(key.rawId), type: key.type, clientExtensionResults: key.getClientExtensionResults() });

async function ask(form) {
  const says = form.querySelector("[data-passkey-says]");
  says.hidden = true;
  try {
    const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    const { cancelled, known, failed } = form.dataset;
    says.textContent = { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: known }[error.name] || failed;
    says.hidden = false;
  }
}

export function passkeys(root) {
  for (const form of root.querySelectorAll("form[data-passkey]")) {
    if (!fits(form.dataset.rp)) continue;
    form.hidden = false;
    const otherwise = root.querySelector(`[data-passkey-otherwise="${form.id}"]`);
    if (otherwise) otherwise.hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
}
