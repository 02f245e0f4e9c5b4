// The draft: verdicts that are given and not sent. It lives in this browser and survives a reload.
import { keep, kept } from "./kept.js";
import { fresh, principal, production } from "./net.js";

const KEY = `greenlight:draft:${production}:${principal}`;
const empty = () => ({ wishes: {}, order: [], notes: {}, request: "" });

const load = () => ({ ...empty(), ...kept(KEY) });

let draft = load();
const listeners = [];
export const changed = (listener) => listeners.push(listener);

function save() {
  keep(KEY, draft);
  for (const listener of listeners) listener();
}

// Another window of the same person: the newest word counts in both.
addEventListener("storage", (event) => {
  if (event.key === KEY) { draft = load(); for (const listener of listeners) listener(); }
});

export const wishes = () => draft.order.map((id) => [id, draft.wishes[id]]);
export const wish = (id) => draft.wishes[id];

export function give(id, given) {
  draft.order = [...draft.order.filter((other) => other !== id), id];
  draft.wishes[id] = given;
  draft.request = "";
  save();
}

export function take_back(id) {
  if (!draft.wishes[id]) return;
  delete draft.wishes[id];
  draft.order = draft.order.filter((other) => other !== id);
  draft.request = "";
  save();
}

export function undo() {
  const last = draft.order.at(-1);
  if (last) take_back(last);
  return last;
}

// What a verdict asks for, in words: a new clip is not the same as going back to its frame.
export function deed({ verdict, target, back }) {
  if (verdict !== "retake") return verdict;
  if (back) return "back to the frame";
  const kind = target.startsWith("shotlist/") ? "breakdown" : target.startsWith("sheet/") ? "sheet" : target.split("/")[1];
  return `new ${kind}`;
}

export const note = (id) => ({ reason: "story", text: "", on: "", drawn: [], ...draft.notes[id] });
// `drawn` are the lines on the take `on`: of another take they say nothing.
export function type(id, reason, text, on = "", drawn = []) { draft.notes[id] = { reason, text, on, drawn }; save(); }

// The same Send, asked for again after a lost answer, has the same id.
export function request() {
  if (!draft.request) { draft.request = fresh(); save(); }
  return draft.request;
}

export function sent(ids) {
  for (const id of ids) { delete draft.wishes[id]; delete draft.notes[id]; }
  draft.order = draft.order.filter((id) => draft.wishes[id]);
  draft.request = "";
  save();
}

export function looked(id, watermark) { if (draft.wishes[id]) { draft.wishes[id].seen = watermark; draft.request = ""; save(); } }
