// The keywords of JSON Schema 2020-12 that the core enforces, those of draft 7 that say the same, and what it knows and leaves alone.
//
// A compiled schema is the JSON it was written in: the compiler notes on each member which keyword it is (in the upper bits of `flags`)
// and what the keyword needs beside it (in `mark`), so that checking looks no name up.

import { JsonNode } from "../json/node";
import { placeIn } from "../text/literal";

export const enum Keyword {
  /** Nothing we know: an annotation, as the standard has it. */
  Unknown,

  // One schema.
  Not,
  If,
  Then,
  Else,
  PropertyNames,
  /** mark: the schema it stands in. */
  Contains,
  /** mark: the prefixItems before it. */
  Items,
  /** Draft 7. mark: the list in `items`. */
  AdditionalItems,
  /** mark: the properties beside it. */
  AdditionalProperties,

  // A list of schemas.
  AllOf,
  AnyOf,
  OneOf,
  PrefixItems,

  // Schemas by name.
  Properties,
  DependentSchemas,
  Defs,
  Definitions,

  // A count.
  MinLength,
  MaxLength,
  MinItems,
  MaxItems,
  MinProperties,
  MaxProperties,
  MinContains,
  MaxContains,

  // A number.
  Minimum,
  Maximum,
  ExclusiveMinimum,
  ExclusiveMaximum,
  MultipleOf,

  // Something of their own.
  /** mark: the kinds of value, one bit each. */
  Type,
  Enum,
  Const,
  UniqueItems,
  Required,
  DependentRequired,
  /** Draft 7: schemas or lists of names, by name. */
  Dependencies,
  /** mark: the schema it leads to. */
  Ref,

  // Not enforced, and no part of the answer.
  Default,
  Title,
  Description,
  Comment,
  Examples,
  Format,
  Deprecated,
  ReadOnly,
  WriteOnly,
  SchemaUri,
  ContentEncoding,
  ContentMediaType,
  ContentSchema,
  /** At the root. Deeper, references within it would mean something else. */
  Id,

  // Not enforced, although a value may be wrong by them.
  Pattern,
  PatternProperties,
  UnevaluatedProperties,
  UnevaluatedItems,
  DynamicRef,
  RecursiveRef,
  /** A $ref that leads out of the schema, or by a name. */
  FarRef,
  /** A divisor of more than 18 digits. */
  FineMultiple,
}

export const FIRST_LIST = Keyword.AllOf;
export const FIRST_MAP = Keyword.Properties;
export const FIRST_COUNT = Keyword.MinLength;
export const FIRST_NUMBER = Keyword.Minimum;
export const FIRST_OTHER = Keyword.Type;
export const FIRST_ANNOTATION = Keyword.Default;
export const FIRST_LEFT = Keyword.Pattern;

/** In the order above, from Not on. */
const NAMES =
  "not if then else propertyNames contains items additionalItems additionalProperties allOf anyOf oneOf prefixItems properties dependentSchemas $defs definitions minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains minimum maximum exclusiveMinimum exclusiveMaximum multipleOf type enum const uniqueItems required dependentRequired dependencies $ref default title description $comment examples format deprecated readOnly writeOnly $schema contentEncoding contentMediaType contentSchema $id pattern patternProperties unevaluatedProperties unevaluatedItems $dynamicRef $recursiveRef ";

export const TYPES = "boolean integer number string array object null ";

export function nameKeyword(member: JsonNode): Keyword {
  return member.keyLength ? placeIn(NAMES, member.keyAt, member.keyLength) : Keyword.Unknown;
}

const SHIFT = 8;

export function keywordOf(member: JsonNode): Keyword {
  return member.flags >> SHIFT;
}

export function setKeyword(member: JsonNode, keyword: Keyword): void {
  member.flags = (member.flags & ((1 << SHIFT) - 1)) | (keyword << SHIFT);
}
