// Words as the palette compares them: without case and accents, each a beginning of a word that is looked for.

/** The words of `text`, folded: "Łukasz  Żak" gives ["lukasz", "zak"]. */
export function wordsOf(text) {
  return text
    .toLowerCase()
    .replace(/ł/g, "l")
    .replace(/ø/g, "o")
    .replace(/ß/g, "ss")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** Those of `asked` with which no word of `text` begins. */
export function unmet(asked, text) {
  const words = wordsOf(text);
  return asked.filter((word) => !words.some((other) => other.startsWith(word)));
}

/** Whether each of `asked` begins a word of `text`. */
export function matches(asked, text) {
  return unmet(asked, text).length === 0;
}
