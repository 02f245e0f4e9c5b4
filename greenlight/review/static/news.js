// What is new since this browser's last visit.
import { keep, kept } from "./kept.js";
import { principal, production } from "./net.js";

const KEY = `greenlight:seen:${production}:${principal}`;
const takes = (card) => [...card.querySelectorAll("[data-take]")].map((one) => one.dataset.take);
const before = kept(KEY);
const known = new Set(before || []);
const now = new Set(known);

export function mark_new(cards) {
  for (const card of cards) {
    for (const take of takes(card)) now.add(take);
    card.querySelector(".fresh").hidden = !before || takes(card).every((take) => known.has(take));
  }
}

addEventListener("pagehide", () => keep(KEY, [...now]));
