/** Texts by the path that they belong to; `tables` is the URL of the folder of the tables. Throws an Error that says what is wrong. */
export function generatedTexts(tables: URL): Map<string, string>;
