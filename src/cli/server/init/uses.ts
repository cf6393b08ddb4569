// The three uses by their names.

import { FLEET } from "./fleet.ts";
import { FLOOR } from "./floor.ts";
import { STANDBY } from "./standby.ts";
import type { Use, UseName } from "./use.ts";

export const USES: Readonly<Record<UseName, Use>> = { standby: STANDBY, fleet: FLEET, floor: FLOOR };
