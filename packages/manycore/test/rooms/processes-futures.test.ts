import { errorsContract } from "../contract/errors.ts";
import { futureStatesContract } from "../contract/future-states.ts";
import { optionsContract } from "../contract/options.ts";
import { outputContract } from "../contract/output.ts";
import { submitContract } from "../contract/submit.ts";
import { togetherContract } from "../contract/together.ts";
import { unobservedContract } from "../contract/unobserved.ts";
import { waitingContract } from "../contract/waiting.ts";
import { processes } from "./processes.ts";

submitContract(processes);
togetherContract(processes);
optionsContract(processes);
futureStatesContract(processes);
waitingContract(processes);
errorsContract(processes);
unobservedContract(processes);
outputContract(processes);
