import workerpool from "workerpool";
import { tasks } from "../work.mjs";

workerpool.worker(tasks);
