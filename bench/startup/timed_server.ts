// rankserver with a stop watch: the benchmark compiles it as the executable is compiled.

import "./watch_start.ts";
import "../../src/cli/rankserver.ts";
