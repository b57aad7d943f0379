import { errorsContract } from "../contract/errors.ts";
import { futureStatesContract } from "../contract/future-states.ts";
import { optionsContract } from "../contract/options.ts";
import { outputContract } from "../contract/output.ts";
import { submitContract } from "../contract/submit.ts";
import { togetherContract } from "../contract/together.ts";
import { unobservedContract } from "../contract/unobserved.ts";
import { waitingContract } from "../contract/waiting.ts";
import { sockets } from "./sockets.ts";

submitContract(sockets);
togetherContract(sockets);
optionsContract(sockets);
futureStatesContract(sockets);
waitingContract(sockets);
errorsContract(sockets);
unobservedContract(sockets);
outputContract(sockets);
