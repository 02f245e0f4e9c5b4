// The dialogs in which a retake is asked for and a draft is sent.
import * as draft from "./draft.js";
import { drawing, overlay } from "./drawover.js";
import { make, post, sentence, short, toast } from "./net.js";
import { priced, told } from "./priced.js";

// `picture` is what can be drawn on: the address and the name of a take, or nothing. `target` is
// what is made again, whose price is shown as far as the room says it.
export function ask_retake(id, title, done, { picture = null, target = "" } = {}) {
  const dialog = document.getElementById("retake");
  const text = dialog.querySelector("textarea"), price = dialog.querySelector(".price");
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
  price.replaceChildren();
  // Sending it asks again, and is where nothing goes without its price.
  if (target) post("/foresee", { wishes: [{ target, verdict: "retake" }] }).then((said) => price.replaceChildren(...told(said)), () => price.replaceChildren());
  dialog.showModal();
  text.focus();
}

// `earlier` and `back` are for this page alone.
const bare = ([, { earlier: _here, back: _there, ...wish }]) => wish;

// `gone(id, wish)` says why a verdict can no longer be sent, or nothing; `refresh` looks again.
export async function ask_send({ gone, refresh, after, picture = () => "" }) {
  const dialog = document.getElementById("send"), list = dialog.querySelector(".wishes");
  const sending = () => draft.wishes().filter(([id, wish]) => !gone(id, wish));

  function rows() {
    list.replaceChildren(...draft.wishes().map(([id, wish]) => {
      const why = gone(id, wish);
      const left = make("button", { type: "button", textContent: "Remove" });
      left.setAttribute("aria-label", `Remove ${short(id)}`);
      left.onclick = () => { draft.take_back(id); if (draft.wishes().length) show(); else dialog.close(); };
      const image = make("img", { src: picture(id, wish) || "/static/mark.svg", alt: "" });
      const about = [short(id), wish.target.split("/").at(-1) === id ? "" : wish.target.split("/").at(-1), wish.reason || "", wish.note || "", wish.drawn?.length && "with a drawing"].filter(Boolean).join(" · ");
      const shown = make("span", { className: "drawn" }, image, ...(wish.drawn?.length ? [overlay(wish.drawn)] : []));
      const row = make("li", {}, shown, make("span", { className: `v ${wish.verdict}`, textContent: draft.deed(wish) }), make("span", { textContent: why ? `${about}: ${why}` : about }), left);
      row.classList.toggle("gone", Boolean(why));
      return row;
    }));
  }

  let now = [];
  const show = priced(dialog, {
    refresh,
    quote: async () => {
      now = sending();
      rows();
      document.getElementById("send-title").textContent = now.length === 1 ? "Send 1 decision" : `Send ${now.length} decisions`;
      if (!now.length) return null;
      const said = await post("/foresee", { wishes: now.map(bare) });
      return { said, lines: told(said) };
    },
    send: async (said) => {
      const sent = await post("/decisions", { wishes: now.map(bare), request: draft.request(), total_usd: said.total_usd });
      draft.sent(now.map(([id]) => id));
      dialog.close();
      toast(`Sent.${sent.sentences.map((text) => ` ${sentence(text)}`).join("")}`);
      await after(sent);
    },
  });
  if (!draft.wishes().length) { toast("Nothing is decided yet: A approves, R asks for a retake."); return; }
  dialog.showModal();
  await show();
}
