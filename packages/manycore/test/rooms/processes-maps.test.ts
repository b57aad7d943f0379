import { broadcastContract } from "../contract/broadcast.ts";
import { mapContract } from "../contract/map.ts";
import { mapOptionsContract } from "../contract/map-options.ts";
import { mapStreamContract } from "../contract/map-stream.ts";
import { statsContract } from "../contract/stats.ts";
import { viewsContract } from "../contract/views.ts";
import { withOptionsContract } from "../contract/with-options.ts";
import { processes } from "./processes.ts";

mapContract(processes);
mapStreamContract(processes);
mapOptionsContract(processes);
viewsContract(processes);
withOptionsContract(processes);
statsContract(processes);
broadcastContract(processes);
