// The entry point of page.js.

import { Page } from "./mod.ts";

new Page().start();
