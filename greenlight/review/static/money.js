// Money: what is held is freed here too; verdicts are given on the wall.
import { free_held } from "./held.js";
import { production } from "./net.js";

const wall = () => location.assign(`/p/${production}`);
free_held({ retake: wall, omit: wall, done: async () => location.reload() });
