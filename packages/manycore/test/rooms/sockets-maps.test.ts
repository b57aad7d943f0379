import { broadcastContract } from "../contract/broadcast.ts";
import { mapContract } from "../contract/map.ts";
import { mapOptionsContract } from "../contract/map-options.ts";
import { mapStreamContract } from "../contract/map-stream.ts";
import { statsContract } from "../contract/stats.ts";
import { viewsContract } from "../contract/views.ts";
import { withOptionsContract } from "../contract/with-options.ts";
import { sockets } from "./sockets.ts";

mapContract(sockets);
mapStreamContract(sockets);
mapOptionsContract(sockets);
viewsContract(sockets);
withOptionsContract(sockets);
statsContract(sockets);
broadcastContract(sockets);
