// A program that does nothing but say when it got to run: what the runtime alone takes to start.

import { reportMarks, timeMarks } from "./marks.ts";

const { started, clock, loaded } = timeMarks();
reportMarks({ started, clock, loaded });
