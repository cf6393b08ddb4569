// A program with two uncaught errors; it prints what is reported, and that it keeps running.

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
  throw new Error("thrown after disposal");
});
await new Promise((resolve) => setTimeout(resolve, 20));
console.log("never printed");
