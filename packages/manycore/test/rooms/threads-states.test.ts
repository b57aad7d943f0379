import { admissionContract } from "../contract/admission.ts";
import { explicitFormsContract } from "../contract/explicit-forms.ts";
import { keepAliveContract } from "../contract/keep-alive.ts";
import { nestingContract } from "../contract/nesting.ts";
import { recycleContract } from "../contract/recycle.ts";
import { shippingContract } from "../contract/shipping.ts";
import { shutdownContract } from "../contract/shutdown.ts";
import { workerStateContract } from "../contract/worker-state.ts";
import { threads } from "./threads.ts";

workerStateContract(threads);
shippingContract(threads);
explicitFormsContract(threads);
nestingContract(threads);
recycleContract(threads);
admissionContract(threads);
shutdownContract(threads);
keepAliveContract(threads);
