// The wall: a cursor on the shots, a choice among candidates, and verdicts in the draft.
import { ask_retake, ask_send } from "./asking.js";
import * as draft from "./draft.js";
import { overlay } from "./drawover.js";
import { show_large } from "./large.js";
import { follow } from "./live.js";
import { free_held } from "./held.js";
import { on_click, on_keys } from "./keys.js";
import { mark_new } from "./news.js";
import { post, sentence, short, toast } from "./net.js";
import { play_all } from "./reel.js";

const board = document.getElementById("board");
const decides = Boolean(board.dataset.decides);
export const cards = () => [...board.querySelectorAll(".card")];
export const card_of = (id) => cards().find((card) => card.dataset.id === id);
const candidates = (card) => [...card.querySelectorAll(".cand")];
// What an approval may be of: what waits, or one of the earlier takes where it was given for one.
const takes = (card, wish) => [...card.querySelectorAll(wish.earlier ? ".cand, .earlier [data-take]" : ".cand")];
export const chosen = (card) => card.querySelector(".cand[aria-pressed=true]") || card.querySelector(".pic[data-take]");
const watermark = () => Number(board.dataset.watermark);
let here = "";

export function move_to(card, focus = true) {
  if (!card) return;
  for (const other of board.querySelectorAll(".card.here")) { other.classList.remove("here"); other.tabIndex = -1; }
  here = card.dataset.id;
  card.classList.add("here");
  card.tabIndex = 0;
  if (focus) { card.focus({ preventScroll: true }); card.scrollIntoView({ block: "nearest" }); }
}
const current = () => card_of(here) || cards()[0];

function beside(step) {
  const all = cards();
  return all[Math.max(0, Math.min(all.length - 1, all.indexOf(current()) + step))];
}

function across(up) {
  const from = current().getBoundingClientRect();
  const rows = cards().map((card) => [card, card.getBoundingClientRect()])
    .filter(([, box]) => (up ? box.bottom <= from.top + 4 : box.top >= from.bottom - 4));
  if (!rows.length) return null;
  const edge = up ? Math.max(...rows.map(([, b]) => b.top)) : Math.min(...rows.map(([, b]) => b.top));
  const row = rows.filter(([, b]) => Math.abs(b.top - edge) < 4);
  return row.reduce((best, one) => (Math.abs(one[1].left - from.left) < Math.abs(best[1].left - from.left) ? one : best))[0];
}

export function choose(card, candidate) {
  if (!candidate) return;
  for (const other of candidates(card)) other.setAttribute("aria-pressed", String(other === candidate));
  const picture = card.querySelector(".pic"), still = picture.querySelector(".still");
  for (const field of ["take", "sha", "label", "state", "mime", "score", "flagged", "note", "hand", "scores", "full", "small", "large"]) picture.dataset[field] = candidate.dataset[field] || "";
  picture.querySelector("video")?.remove();
  if (still && candidate.dataset.small) { still.removeAttribute("srcset"); still.src = candidate.dataset.small; }
  const flag = card.querySelector(".flag");
  if (flag) { flag.hidden = !candidate.dataset.flagged; flag.textContent = `⚑ ${candidate.dataset.flagged}`; }
  const given = draft.wish(card.dataset.id);
  if (given?.verdict === "approve" && candidates(card).includes(candidate)) approve(card);
}

const waits = (card) => candidates(card).length > 0;
const may_decide = () => { if (decides) return true; toast(board.dataset.comments ? "Comment only." : "View only."); return false; };

// What waits, or an earlier take that somebody looks at and wants after all.
export function approve(card, earlier = null) {
  if (!may_decide()) return;
  const take = earlier || chosen(card);
  if (!earlier && !waits(card) || !take?.dataset.sha) { toast(`Nothing to review in shot ${short(card.dataset.id)}.`); return; }
  draft.give(card.dataset.id, { target: take.dataset.take, verdict: "approve", sha256: take.dataset.sha, seen: watermark(), earlier: Boolean(earlier) });
}

export function retake(card, earlier = null) {
  if (!may_decide()) return;
  const shown = earlier || chosen(card);
  if (!earlier && card.dataset.cause && !card.dataset.holding) { toast(`${card.dataset.name} is ${card.dataset.stage}: a retake would not help. The ways out are at the top of the page.`); return; }
  const take = !earlier && card.dataset.holding || shown?.dataset.take;
  if (!take) { toast("It is being made: a retake is possible once it is there."); return; }
  const seen = watermark();
  const still = shown?.dataset.take === take && shown.dataset.large && !shown.dataset.mime.startsWith("video/");
  const picture = still ? { take, src: shown.dataset.large, sha: shown.dataset.sha } : null;
  // Of a shot whose frame is approved, the frame is a step back: its clip goes with it.
  const back = card.dataset.kind === "clip" && take.split("/")[1] === "frame";
  const name = card.dataset.kind === "sheet" ? card.dataset.name : `${short(card.dataset.id)}`;
  const title = back ? `Back to the frame of shot ${name}` : card.dataset.kind === "sheet" ? `Retake: ${name}` : `New ${take.split("/")[1]} of shot ${name}`;
  ask_retake(card.dataset.id, title, (reason, note, drawn) => {
    const bound = drawn.length ? { drawn, sha256: picture.sha } : {};
    draft.give(card.dataset.id, { target: take, verdict: "retake", reason, note, seen, back, ...bound });
    move_to(card_of(card.dataset.id));
  }, { picture, target: take });
}

function omit(card) {
  if (!may_decide()) return;
  const sheet = card.dataset.kind === "sheet";
  const target = sheet ? card.dataset.holding || chosen(card)?.dataset.take : card.dataset.id;
  if (target) draft.give(card.dataset.id, { target, verdict: "omit", seen: watermark() });
}

// What is held, by what holds it: `3 held: budget`.
function held_now() {
  const stages = cards().filter((card) => card.dataset.cause).map((card) => card.dataset.stage);
  return [...new Set(stages)].map((stage) => `${stages.filter((one) => one === stage).length} ${stage}`).join(", ");
}

function bulk() {
  if (!may_decide()) return;
  let given = 0, left = 0;
  for (const card of cards().filter((one) => waits(one) && !draft.wish(one.dataset.id))) {
    const good = candidates(card).filter((take) => !take.dataset.flagged);
    if (!good.length) { left += 1; continue; }
    const pressed = chosen(card);
    const take = good.includes(pressed) ? pressed : good.reduce((best, one) => (Number(one.dataset.score) > Number(best.dataset.score) ? one : best));
    choose(card, take);
    draft.give(card.dataset.id, { target: take.dataset.take, verdict: "approve", sha256: take.dataset.sha, seen: watermark() });
    given += 1;
  }
  const held = held_now();
  if (!given && !left && held) { toast(`Nothing here can be approved: ${held}.`); return; }
  toast(`${given} approved, not sent${left ? `; ${left} flagged left to decide one by one` : ""}.`);
}

const gone = (id, wish) => {
  if (id === "movie" || id === "shotlist") return "";
  const card = card_of(id);
  if (!card) return "no longer on this page";
  if (wish.verdict === "approve" && !takes(card, wish).some((take) => take.dataset.take === wish.target && take.dataset.sha === wish.sha256)) return "no longer waiting: look again";
  return "";
};

function paint() {
  for (const card of cards()) {
    const wish = draft.wish(card.dataset.id);
    const stamp = card.querySelector(".stamp"), mine = card.querySelector(".mine");
    if (wish) { card.dataset.verdict = wish.verdict; } else { delete card.dataset.verdict; }
    const words = wish ? { approve: `approve ${wish.target.split("/").at(-1)}`, retake: `${draft.deed(wish)}: ${wish.reason}`, omit: "omit" }[wish.verdict] : "";
    stamp.textContent = words;
    const lines = card.querySelector(".pic .lines");
    if (lines && lines.drawn !== wish?.drawn) lines.remove();
    if (wish?.drawn?.length && !card.querySelector(".pic .lines")) card.querySelector(".pic").append(Object.assign(overlay(wish.drawn), { drawn: wish.drawn }));
    mine.hidden = !(wish?.note || (wish && gone(card.dataset.id, wish)));
    mine.textContent = wish ? [wish.note, gone(card.dataset.id, wish)].filter(Boolean).join(" — ") : "";
    card.setAttribute("aria-label", `${card.dataset.name}: ${card.dataset.stage}${words ? `, you say ${words}` : ""}`);
    // A draft that was reloaded shows the candidate that it approves.
    if (wish?.verdict === "approve" && chosen(card)?.dataset.take !== wish.target) {
      const candidate = takes(card, wish).find((take) => take.dataset.take === wish.target);
      if (candidate) choose(card, candidate);
    }
  }
  const given = draft.wishes();
  const count = (verdict) => given.filter(([, wish]) => wish.verdict === verdict).length;
  const parts = [[count("approve"), "approved"], [count("retake"), count("retake") === 1 ? "retake" : "retakes"], [count("omit"), "omitted"]].filter(([n]) => n).map(([n, word]) => `${n} ${word}`);
  const waiting = cards().filter(waits).length;
  document.getElementById("count").textContent = given.length ? `${parts.join(", ")}, not sent` : [waiting && `${waiting} to review`, held_now()].filter(Boolean).join(" · ") || document.querySelector("[data-next]")?.textContent || "Nothing to review here";
  for (const id of ["send-open", "undo"]) { const button = document.getElementById(id); if (button) button.disabled = !given.length; }
  const all = document.getElementById("bulk");
  if (all) all.disabled = !waiting;
}

function undo() {
  const id = draft.undo();
  if (id) { move_to(card_of(id)); toast(`Undone: ${short(id)}.`); }
}

const send = () => ask_send({
  gone,
  picture: (id) => { const card = card_of(id); return card ? chosen(card)?.dataset.small : ""; },
  refresh: async () => {
    await refresh();
    // After another look, what others said meanwhile has been seen.
    for (const [id] of draft.wishes()) draft.looked(id, watermark());
  },
  after: async () => { await refresh(); },
});

const large = (card) => show_large(card, { beside, move_to, approve, retake, omit, choose, current, decides, comments: Boolean(board.dataset.comments) });

// All that one cause holds, as verdicts that are seen and sent at once.
function all_held(hold, verdict) {
  if (!may_decide()) return;
  const named = new Set(hold.dataset.subjects.split(" "));
  const held = cards().filter((card) => named.has(card.dataset.id) || named.has(card.dataset.holding));
  const alone = held.length === 1 && hold.dataset.cause === "refused";
  if (verdict === "retake" && alone) { retake(held[0]); return; }
  for (const card of held) {
    if (verdict === "omit") omit(card);
    else draft.give(card.dataset.id, { target: card.dataset.holding, verdict, reason: hold.dataset.cause === "refused" ? "policy" : "other", note: "", seen: watermark() });
  }
  if (!held.length && hold.dataset.takes.startsWith("shotlist/")) draft.give("shotlist", { target: hold.dataset.takes, verdict, reason: "other", note: "", seen: watermark() });
  send();
}

const keys = {
  ArrowRight: () => move_to(beside(1)), ArrowLeft: () => move_to(beside(-1)),
  ArrowDown: () => move_to(across(false)), ArrowUp: () => move_to(across(true)),
  a: () => approve(current()), r: () => retake(current()), o: () => omit(current()), l: () => draft.take_back(current().dataset.id),
  u: undo, b: bulk, s: send, p: () => play_all(cards(), board.dataset.cut), "?": () => document.getElementById("help").showModal(),
  n: () => { const all = cards(), at = all.indexOf(current()); move_to([...all.slice(at + 1), ...all.slice(0, at + 1)].find((card) => waits(card) && !draft.wish(card.dataset.id))); },
  f: () => document.querySelector("[data-next]")?.click(),
  Enter: () => large(current()), " ": () => large(current()),
};

for (const number of [1, 2, 3, 4]) keys[number] = () => choose(current(), candidates(current())[number - 1]);
on_keys(keys, (key) => current() || ["?", "f", "s", "u"].includes(key));

// A proposal becomes a verdict of the person who takes it over, and is sent with the others.
function take_over({ proposed, verdict, reason, text }) {
  const card = cards().find((one) => [...one.querySelectorAll("[data-take]")].some((take) => take.dataset.take === proposed));
  if (!card) { toast("That take is no longer on this page."); return; }
  const take = candidates(card).find((one) => one.dataset.take === proposed);
  const omits = verdict === "omit" && card.dataset.kind !== "sheet";
  draft.give(card.dataset.id, { target: omits ? card.dataset.id : proposed, verdict, reason: reason || null, note: text, sha256: verdict === "approve" ? take?.dataset.sha || "" : "", seen: watermark() });
  move_to(card);
}

async function resume(button) {
  button.disabled = true;
  try {
    toast(sentence((await post("/resume", {})).done));
    await refresh();
  } catch (trouble) { toast(trouble.message); } finally { button.disabled = false; }
}

board.addEventListener("click", (event) => {
  if (event.target.id === "resume") { resume(event.target); return; }
  // The board's own parts are replaced as the production goes on: only the board itself stays.
  if (event.target.closest("#reel-open")) { keys.p(); return; }
  const offer = event.target.closest("[data-proposed]");
  if (offer) { take_over(offer.dataset); return; }
  const card = event.target.closest(".card");
  if (!card) return;
  move_to(card, false);
  const candidate = event.target.closest(".cand");
  if (candidate) choose(card, candidate);
  else if (event.target.closest("[data-open]")) large(card);
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act) ({ retake, omit })[act](card);
});
board.addEventListener("focusin", (event) => { const card = event.target.closest(".card"); if (card) move_to(card, false); });

// Clips play in place while they are pointed at.
board.addEventListener("pointerover", (event) => {
  const picture = event.target.closest?.(".pic");
  if (!picture || event.pointerType === "touch" || !picture.dataset.mime?.startsWith("video/") || picture.querySelector("video")) return;
  const video = Object.assign(document.createElement("video"), { src: picture.dataset.full, muted: true, loop: true, playsInline: true, autoplay: true });
  picture.insertBefore(video, picture.querySelector(".plays"));
  picture.addEventListener("pointerleave", () => video.remove(), { once: true });
});

on_click({ "send-open": send, undo, bulk, "help-open": keys["?"] });

draft.changed(paint);
const refresh = follow(board, () => { move_to(current(), document.activeElement === document.body); paint(); mark_new(cards()); });
free_held({ retake: (hold) => all_held(hold, "retake"), omit: (hold) => all_held(hold, "omit"), done: async () => { await refresh(); } });
paint();
mark_new(cards());
move_to(cards().find((card) => waits(card)) || cards()[0], document.activeElement === document.body);
