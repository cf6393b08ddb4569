// How a process learns that it is the guard of a program: a word that is no flag, because nobody is to use it by hand.

export const GUARD_ARGUMENT = "--guard";
