/** `--key FIELD`: the value of a record's field, read on the host. And what a header has to be like. */

import { Complaint, EXIT_STOPPED } from "../complaint.ts";
import { nearestName } from "../task/nearest-name.ts";
import { argumentOf, fieldsOf, loadParser, type Reading } from "../worker/reading.ts";

/** An error says why it has none. */
export type KeyReader = (text: string, header: string | undefined) => string | Error;

export async function keyReader(field: string, reading: Reading): Promise<KeyReader> {
  await loadParser(reading);
  return (text, header) => {
    try {
      return keyIn(argumentOf(reading, text, header), field);
    } catch (error) {
      return error as Error;
    }
  };
}

function keyIn(record: unknown, field: string): string | Error {
  if (typeof record !== "object" || record === null)
    return new Error(`the record is no object, so it has no field "${field}"`);
  if (!Object.hasOwn(record, field)) {
    const nearest = nearestName(field, Object.keys(record));
    return new Error(
      `the record has no field "${field}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
    );
  }
  const value = (record as Record<string, unknown>)[field];
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return new Error(`the field "${field}" is neither text nor a number, and names nothing`);
}

/** @throws Complaint for a name that is there twice. One may be empty: tables with numbered rows have such a first column. */
export async function checkHeader(header: string, reading: Reading, file: string): Promise<void> {
  await loadParser(reading);
  const names = headerNames(header, reading.delimiter, file);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === "") throw new Complaint(`${file}: two names in the header are empty`, EXIT_STOPPED);
  if (twice !== undefined) throw new Complaint(`${file}: the header has "${twice}" twice`, EXIT_STOPPED);
}

function headerNames(header: string, delimiter: string, file: string): readonly string[] {
  try {
    return fieldsOf(header, delimiter);
  } catch (error) {
    throw new Complaint(`${file}: the header: ${(error as Error).message}`, EXIT_STOPPED);
  }
}
