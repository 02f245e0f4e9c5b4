// The dialogs in which a retake is asked for and a draft is sent.
import * as draft from "./draft.js";
import { drawing, overlay } from "./drawover.js";
import { make, post, sentence, short, toast } from "./net.js";

const words = { approve: "approve", retake: "retake", omit: "omit" };

// `picture` is what can be drawn on: the address and the name of a take, or nothing.
export function ask_retake(id, title, done, picture = null) {
  const dialog = document.getElementById("retake");
  const text = dialog.querySelector("textarea");
  const reasons = [...dialog.querySelectorAll("input[name=reason]")];
  const before = draft.note(id);
  dialog.querySelector("h2").textContent = title;
  text.value = before.text;
  for (const reason of reasons) reason.checked = reason.value === before.reason;
  const reason = () => reasons.find((r) => r.checked)?.value || "other";
  const on = picture?.take || "";
  const keep = () => draft.type(id, reason(), text.value, on, board.strokes());
  const board = drawing(picture, before.on === on ? before.drawn : [], () => keep());
  dialog.classList.toggle("draws", Boolean(picture));
  dialog.oninput = keep;
  text.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); dialog.close("keep"); }
  };
  dialog.onclose = () => { keep(); if (dialog.returnValue === "keep") done(reason(), text.value.trim(), board.strokes()); };
  dialog.returnValue = "";
  dialog.showModal();
  text.focus();
}

// `earlier` is for this page alone.
const bare = ([, { earlier: _here, ...wish }]) => wish;

// `gone(id, wish)` says why a verdict can no longer be sent, or nothing; `refresh` looks again.
export async function ask_send({ gone, refresh, after, picture = () => "" }) {
  const dialog = document.getElementById("send");
  const list = dialog.querySelector(".wishes"), releases = dialog.querySelector(".releases");
  const problem = dialog.querySelector(".problem"), again = dialog.querySelector("[value=look]"), go = dialog.querySelector("[value=send]");
  const sending = () => draft.wishes().filter(([id, wish]) => !gone(id, wish));
  const say = (text) => { problem.textContent = text; problem.hidden = !text; };

  function rows() {
    list.replaceChildren(...draft.wishes().map(([id, wish]) => {
      const why = gone(id, wish);
      const left = make("button", { type: "button", textContent: "Take back" });
      left.setAttribute("aria-label", `Take back ${short(id)}`);
      left.onclick = () => { draft.take_back(id); if (draft.wishes().length) show(); else dialog.close(); };
      const image = make("img", { src: picture(id, wish) || "/static/mark.svg", alt: "" });
      const about = [short(id), wish.target.split("/").at(-1) === id ? "" : wish.target.split("/").at(-1), wish.reason || "", wish.note || "", wish.drawn?.length && "with a drawing"].filter(Boolean).join(" · ");
      const shown = make("span", { className: "drawn" }, image, ...(wish.drawn?.length ? [overlay(wish.drawn)] : []));
      const row = make("li", {}, shown, make("span", { className: `v ${wish.verdict}`, textContent: words[wish.verdict] }), make("span", { textContent: why ? `${about}: ${why}` : about }), left);
      row.classList.toggle("gone", Boolean(why));
      return row;
    }));
  }

  async function show() {
    rows();
    again.hidden = true;
    const now = sending();
    go.disabled = true;
    document.getElementById("send-title").textContent = now.length === 1 ? "Send one verdict" : `Send ${now.length} verdicts`;
    if (!now.length) { releases.replaceChildren(make("p", { textContent: "Nothing here can be sent as things stand." })); return; }
    releases.replaceChildren(make("p", { className: "muted", textContent: "Looking up what this releases …" }));
    try {
      const said = await post("/foresee", { wishes: now.map(bare) });
      const lines = said.sentences.map((text) => make("p", { textContent: sentence(text) }));
      if (!lines.length) lines.push(make("p", { textContent: "Nothing that is paid for." }));
      if (said.usd !== null && said.sentences.length > 1) lines.push(make("p", { className: "total", textContent: `In all: at most $${Number(said.usd).toFixed(2)}${said.simulated ? " (simulated)" : ""}` }));
      releases.replaceChildren(...lines);
      go.disabled = false;
      go.focus();
    } catch (error) {
      releases.replaceChildren(make("p", { textContent: "What this would release is not known as things stand." }));
      say(error.message);
      again.hidden = error.status !== 409;
      go.disabled = error.status !== 0;
    }
  }

  go.onclick = async (event) => {
    event.preventDefault();
    const now = sending();
    go.disabled = true;
    say("");
    try {
      const said = await post("/decide", { wishes: now.map(bare), request: draft.request() });
      draft.sent(now.map(([id]) => id));
      dialog.close();
      const stale = said.stale.length ? ` No longer counts: ${said.stale.join(", ")}${said.usd === null ? "" : `; making it again: ${said.remake}`}.` : "";
      toast(`Sent.${said.sentences.map((text) => ` ${sentence(text)}`).join("")}${stale}`);
      await after(said);
    } catch (error) {
      say(error.message);
      again.hidden = error.status !== 409;
      go.disabled = error.status === 409;
    }
  };
  again.onclick = async (event) => { event.preventDefault(); say(""); await refresh(); await show(); };
  say("");
  if (!draft.wishes().length) { toast("Nothing is decided yet: A approves, R asks for a retake."); return; }
  dialog.showModal();
  await show();
}

export const busy = () => Boolean(document.querySelector("dialog[open]"));
export const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
