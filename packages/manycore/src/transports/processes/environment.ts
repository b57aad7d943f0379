/** What a child is started with: Node's options, variables, and how many threads its libraries may use. */

/** What is for the host's own program alone: its text, its debugger's port, its test runner. */
const HOSTS_OWN =
  /^(-[epci]$|-pe$|--(eval|print|check|interactive|input-type|inspect|test|watch|experimental-default-type)\b)/;
const WITH_VALUE = /^(-e|-p|-pe|--eval|--print|--input-type|--inspect-port|--test-\w[\w-]*|--watch-path)$/;

/** Node's options of this process, as a child can have them. */
export function inheritedArguments(given: readonly string[] = process.execArgv): string[] {
  const kept: string[] = [];
  for (let index = 0; index < given.length; index++) {
    const each = given[index] as string;
    if (!HOSTS_OWN.test(each)) kept.push(each);
    else if (WITH_VALUE.test(each) && given[index + 1]?.startsWith("-") === false) index++;
  }
  return kept;
}

/** Pools of threads inside Node and inside libraries. */
const THREAD_COUNTS = [
  "UV_THREADPOOL_SIZE",
  "OMP_NUM_THREADS",
  "OPENBLAS_NUM_THREADS",
  "MKL_NUM_THREADS",
  "BLIS_NUM_THREADS",
  "VECLIB_MAXIMUM_THREADS",
  "NUMEXPR_NUM_THREADS",
  "RAYON_NUM_THREADS",
  "VIPS_CONCURRENCY",
];

type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that somebody has set by hand stay. */
export function environment(given: Variables | undefined, innerThreads: number | undefined): Variables {
  const variables = given ?? process.env;
  if (innerThreads === undefined) return variables;
  const counts = Object.fromEntries(THREAD_COUNTS.map((name) => [name, String(innerThreads)]));
  const set = Object.entries(variables).filter(([, value]) => value !== undefined);
  return { ...counts, ...Object.fromEntries(set) };
}
