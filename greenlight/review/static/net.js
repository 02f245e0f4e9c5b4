// Talking to the room: every failure is a sentence, and nothing that was typed is lost by it.
const body = document.body;
export const production = body.dataset.production;
export const principal = body.dataset.principal;
export const page_at = (path) => `/p/${production}${path}`;
export const api_at = (path) => `/api/productions/${production}${path}`;
// A question that is never answered would end the following for good: it is asked again instead.
const PATIENCE = 15_000;

// The id of a request: sent again after a lost answer, it is recorded once.
export const fresh = () => [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");

export class Trouble extends Error {
  constructor(sentence, status) { super(sentence); this.status = status; }
}

export async function post(path, data) {
  let answer;
  try {
    answer = await fetch(api_at(path), {
      method: "POST",
      headers: { "content-type": "application/json", "x-greenlight-csrf": body.dataset.csrf },
      body: JSON.stringify(data),
    });
  } catch {
    throw new Trouble("The room does not answer at the moment. What you decided is kept here: try again in a moment.", 0);
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  if (answer.status === 401) {
    throw new Trouble("You were signed out. What you decided is kept in this browser: open your link again, then send.", 401);
  }
  throw new Trouble(sentence(said.detail || `The room answered ${answer.status}.`), answer.status);
}

export async function look(address) {
  const answer = await fetch(address, { headers: { accept: "*/*" }, signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok || answer.redirected) throw new Trouble("The room does not answer.", answer.status);
  return answer;
}

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".");

let hiding;
export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.textContent = ""; }, 9000);
}

// A shot as it is spoken of: its number, with its sequence where there are several.
const several = Number(body.dataset.sequences) > 1;
export const short = (id) => id.startsWith("sheet/") ? id.slice(6) : several ? id.replace("_sh", " ") : id.replace(/^.*_sh/, "");
export function make(tag, fields = {}, ...children) {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...children);
  return element;
}
