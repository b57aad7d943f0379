import { admissionContract } from "../contract/admission.ts";
import { explicitFormsContract } from "../contract/explicit-forms.ts";
import { keepAliveContract } from "../contract/keep-alive.ts";
import { nestingContract } from "../contract/nesting.ts";
import { recycleContract } from "../contract/recycle.ts";
import { shippingContract } from "../contract/shipping.ts";
import { shutdownContract } from "../contract/shutdown.ts";
import { workerStateContract } from "../contract/worker-state.ts";
import { processes } from "./processes.ts";

workerStateContract(processes);
shippingContract(processes);
explicitFormsContract(processes);
nestingContract(processes);
recycleContract(processes);
admissionContract(processes);
shutdownContract(processes);
keepAliveContract(processes);
