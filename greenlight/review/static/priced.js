// Sending something that may cost money: what follows is shown first, and while it is not known
// the button asks for it again.
import { make, sentence } from "./net.js";

const line = (text, name) => make("p", { textContent: sentence(text), className: name });

// What follows, as the server says it: every amount comes formatted from there.
export function told(said) {
  const lines = said.lines.map((one) => line(one.sentence, one.act));
  if (said.total) lines.push(line(said.total, "total"));
  if (said.budget) lines.push(line(said.budget, said.short ? "budget short" : "budget"));
  return lines;
}

// `quote` asks the room what follows and answers with the lines to show and what it said, or with
// nothing to send; `send` takes what was said; `refresh` looks again at what has changed.
export function priced(dialog, { quote, send, refresh = async () => {} }) {
  const place = dialog.querySelector(".releases"), problem = dialog.querySelector(".problem"), go = dialog.querySelector("menu .go");
  go.dataset.word ||= go.textContent;
  let known = null, changed = false, asked = 0;
  const say = (text) => { problem.textContent = text; problem.hidden = !text; };

  function ask_again(error) {
    known = null;
    changed = error.status === 409;
    say(error.message);
    go.textContent = "Try again";
    go.disabled = false;
    go.focus();
  }

  async function show() {
    const turn = ++asked;
    known = null;
    say("");
    go.disabled = true;
    place.replaceChildren(make("p", { className: "muted", textContent: "Looking up what this costs …" }));
    try {
      const answer = await quote();
      if (turn !== asked) return; // something else is to be sent by now
      known = answer;
      place.replaceChildren(...(known?.lines || [make("p", { textContent: "Nothing here can be sent as things stand." })]));
      go.textContent = go.dataset.word;
      go.disabled = !known;
      if (known) go.focus();
    } catch (error) {
      if (turn !== asked) return;
      place.replaceChildren(make("p", { textContent: "What this costs is not known now, so it cannot be sent." }));
      ask_again(error);
    }
  }

  go.onclick = async (event) => {
    event.preventDefault();
    if (!known) { if (changed) await refresh(); await show(); return; }
    go.disabled = true;
    say("");
    try {
      await send(known.said);
    } catch (error) {
      // A lost answer is asked for again as the same Send; what was refused is looked at again.
      if (error.status === 409) ask_again(error);
      else { say(error.message); go.disabled = false; }
    }
  };
  return show;
}
