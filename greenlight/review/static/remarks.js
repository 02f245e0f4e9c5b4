// A comment on one take: said and on record, it decides nothing. Its text survives a reload.
import { make, post, production, toast } from "./net.js";

// `written` adds what the comment is about; `done` is given the remark as it was recorded.
export function commenting(form, words, { key, subject, written = (text) => text, done }) {
  words.value = localStorage.getItem(key) || "";
  words.oninput = () => localStorage.setItem(key, words.value);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (!text) return;
    try {
      const said = await post("/remarks", { subject, text: written(text) });
      words.value = "";
      localStorage.removeItem(key);
      done(said);
    } catch (error) { toast(error.message); }
  };
}

export function saying(take, done) {
  const words = make("textarea", { rows: 2, maxLength: 1900 });
  words.setAttribute("aria-label", `Comment on ${take}`);
  // Letters are words here, not the keys of the page.
  words.onkeydown = (event) => { if (event.key !== "Escape") event.stopPropagation(); };
  const form = make("form", { className: "say" }, words, make("button", { className: "quiet", textContent: "Add comment" }));
  commenting(form, words, { key: `greenlight:comment:${production}:${take}`, subject: take, done: () => { toast("The comment is on record."); done(); } });
  return form;
}
