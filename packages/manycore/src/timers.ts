/** What Node's timers can hold, ms: longer ones would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
