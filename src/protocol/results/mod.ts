// The results of a run as people read them, at the terminal and in the page. Types only from elsewhere, so that the page
// stays small.

export {
  foldResults,
  formatRanks,
  isSuccess,
  maskName,
  NAME_MARK,
  type ResultGroup,
} from "./fold_results.ts";
