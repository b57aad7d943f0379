import { ThreadWorker } from "poolifier";
import { tasks } from "../work.mjs";

export default new ThreadWorker(tasks);
