/**
 * The bytes that say what follows. An encoded value is one header byte, the value, and where it has buffers their
 * contents at the end (`buffers.ts`).
 *
 *   0x00 … 0x3f   the tags below
 *   0x40 … 0x5f   a Latin-1 string of 0 to 31 characters
 *   0x80 … 0xff   an integer from 0 to 127
 */

/** Upper bits of the header, so that most foreign bytes are refused at once; the lower bits are flags. */
export const MAGIC = 0x50;
export const MAGIC_MASK = 0xf8;
/** Some object is referred to twice: the decoder must number them. */
export const HAS_REFERENCES = 1;
/** The last four bytes say where the contents of buffers begin. */
export const HAS_BUFFERS = 2;

export const UNDEFINED = 0x00;
export const NULL = 0x01;
export const TRUE = 0x02;
export const FALSE = 0x03;
export const INT16 = 0x04;
export const INT32 = 0x05;
export const FLOAT64 = 0x06;
/** Length, then a byte a character. */
export const LATIN1 = 0x07;
/** Length, then two bytes a code unit: lone surrogates stay what they are. */
export const UTF16 = 0x08;
export const BIGINT64 = 0x09;
/** Sign, then hexadecimal digits as a string. */
export const BIGINT = 0x0a;
/** The key of a symbol that every thread has: `Symbol.for(key)`. */
export const SYMBOL = 0x0b;

/** A list of keys that this payload has not shown yet, then a value for each. */
export const SHAPE = 0x10;
/** An object with the keys of the payload's nth shape, then a value for each. */
export const SHAPED = 0x11;
/** Count, then keys and values in turn: for objects used as tables. */
export const TABLE = 0x12;
/** Length, then the elements, all there. */
export const ARRAY = 0x13;
/** The same with HOLES among the elements. */
export const HOLEY_ARRAY = 0x14;
/** The same with or without HOLES, then the named properties. */
export const NAMED_ARRAY = 0x15;
/** This many elements are missing. */
export const HOLES = 0x1a;
/** The nth object of the payload, again. */
export const REFERENCE = 0x16;
/** A container too deep to be written here: only what it is; its contents follow the whole value. */
export const DEFERRED = 0x17;
/** A function, class or handle: the id of its definition. */
export const DEFINITION = 0x18;
/** The nth of the values that ride beside the bytes. */
export const ATTACHMENT = 0x19;

export const MAP = 0x20;
export const SET = 0x21;
export const DATE = 0x22;
export const REGEXP = 0x23;
export const BOXED = 0x24;
export const URL_TEXT = 0x25;
export const URL_QUERY = 0x26;
export const ARRAY_BUFFER = 0x27;
export const VIEW = 0x28;
export const ERROR = 0x29;
/** An instance of a registered class by its own fields. */
export const INSTANCE = 0x2a;
/** An instance of a registered class by what its `encode` made of it. */
export const CONVERTED = 0x2b;
/** An instance of a registered subclass of a built-in: the built-in's own record, then the fields. */
export const EXTENDED = 0x2c;

export const SHORT_STRING = 0x40;
export const MAX_SHORT_STRING = 31;
export const SMALL_INT = 0x80;
export const MAX_SMALL_INT = 127;

/** Containers nested deeper than this are deferred, so that depth costs no stack. */
export const MAX_DEPTH = 256;
