// A program in whose event loop something is thrown, twice; it prints what is reported, and that it goes on.

import { reportUncaughtErrors } from "../../../src/cli/server/report_uncaught_errors.ts";

{
  using _ = reportUncaughtErrors((event) => console.log(JSON.stringify(event)));
  setTimeout(() => {
    throw new Error("thrown in a \u001b callback");
  });
  Promise.reject(new Error("rejected and never handled"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.log("goes on");
}
setTimeout(() => {
  throw new Error("thrown when nobody listens any more");
});
await new Promise((resolve) => setTimeout(resolve, 20));
console.log("never printed");
