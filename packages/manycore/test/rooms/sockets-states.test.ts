import { admissionContract } from "../contract/admission.ts";
import { explicitFormsContract } from "../contract/explicit-forms.ts";
import { keepAliveContract } from "../contract/keep-alive.ts";
import { nestingContract } from "../contract/nesting.ts";
import { recycleContract } from "../contract/recycle.ts";
import { shippingContract } from "../contract/shipping.ts";
import { shutdownContract } from "../contract/shutdown.ts";
import { workerStateContract } from "../contract/worker-state.ts";
import { sockets } from "./sockets.ts";

workerStateContract(sockets);
shippingContract(sockets);
explicitFormsContract(sockets);
nestingContract(sockets);
recycleContract(sockets);
admissionContract(sockets);
shutdownContract(sockets);
keepAliveContract(sockets);
