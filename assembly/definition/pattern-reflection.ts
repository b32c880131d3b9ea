import { Builder } from "../text/builder";
import { decimalOf, Doc, DocType, integerOf } from "./doc";
import { addChild, docAt } from "./edit";
import { addNamed, agentUnder, complainNobody, copyMember } from "./pattern-members";
import { parameter, refuseBoth, theConfig, thePlace } from "./pattern-scope";
import { agentNode, atOnce, builtDoc, inSequence, joinBy, mapWith, put, putCopy, putInteger, putWord, textDoc } from "./pattern-terms";
import { Key } from "./table";

// reflection: write, judge, write again.

export function expandReflection(): Doc | null {
  const generator = agentUnder(Key.Generator, true);
  const critics = readCritics(generator);
  if (generator === null || critics === null) return null;
  const draft = putWord(agentNode(textDoc(generator, generator.textAt, generator.textLength)), Key.As, "draft");
  const steps = inSequence(draft, atOnce(critics));
  addChild(steps.firstChild()!, scores());
  const loop = mapWith(Key.Do, steps);
  put(loop, Key.Until, enough());
  putInteger(loop, Key.Max, integerOf(theConfig(), Key.MaxIterations, 3));
  putWord(loop, Key.Keep, "best");
  return mapWith(Key.Loop, loop);
}

/** One score from those of the critics, for the draft. */
function scores(): Doc {
  const node = joinBy(thePlace(), "score");
  const join = node.firstChild()!;
  putWord(join, Key.Of, "$draft");
  putCopy(join, Key.Method, parameter(Key.AggregationMethod));
  putCopy(join, Key.Extraction, parameter(Key.ScoreExtractionMethod));
  return node;
}

const condition: Builder = changetype<Builder>(memory.data(16));

/** `score >= 0.95 or gain < 0.1`: a threshold of the gain is on if it is given, or if that of the score is not (R8). */
function enough(): Doc {
  const config = theConfig();
  condition
    .clear()
    .ascii("score >= ")
    .decimal(decimalOf(config, Key.QualityThreshold, 950_000_000));
  const gain = parameter(Key.ImprovementThreshold);
  if (gain !== null || parameter(Key.QualityThreshold) === null)
    condition.ascii(" or gain < ").decimal(decimalOf(config, Key.ImprovementThreshold, 100_000_000));
  return builtDoc(thePlace(), condition);
}

/** Who judges: those that are listed, or one, or copies of one, each with a role of its own. */
function readCritics(generator: Doc | null): Doc | null {
  refuseBoth(Key.Critics, Key.Critic);
  refuseBoth(Key.NumCritics, Key.Critics);
  refuseBoth(Key.CriticRoles, Key.Critics);
  refuseBoth(Key.NumCritics, Key.CriticRoles);
  const listed = parameter(Key.Critics);
  const critics = docAt(listed === null ? thePlace() : listed, DocType.List);
  if (listed !== null) {
    addNamed(critics, listed, false, false);
    complainNobody(listed, Key.Critics);
    return critics.count ? critics : null;
  }
  const named = parameter(Key.Critic);
  const critic = named === null ? generator : agentUnder(Key.Critic, false);
  if (critic === null) return null;
  const roles = parameter(Key.CriticRoles);
  if (roles === null) {
    const copies = integerOf(theConfig(), Key.NumCritics, 1);
    for (let i: i64 = 0; i < copies; i++) addChild(critics, judge(critic, i > 0, named === null, null));
    return critics;
  }
  for (let role: Doc | null = roles.firstChild(); role !== null; role = role!.nextSibling())
    addChild(critics, judge(critic, role !== roles.firstChild(), named === null, role));
  complainNobody(roles, Key.CriticRoles);
  return critics.count ? critics : null;
}

/** A generator was not made to judge: it is asked for a score, apart from what it has written. */
function judge(critic: Doc, isCopy: bool, isGenerator: bool, role: Doc | null): Doc {
  const name = isCopy ? copyMember(critic) : textDoc(critic, critic.textAt, critic.textLength);
  if (!isGenerator && role === null) return name;
  const node = agentNode(name);
  if (isGenerator) putWord(putWord(node, Key.Decide, "score"), Key.Share, "none");
  return putCopy(node, Key.Prompt, role);
}
