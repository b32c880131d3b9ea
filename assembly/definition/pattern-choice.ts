import { sameBytes } from "../text/slice";
import { findAgent } from "./agents";
import { child, Doc, DocType, textOf } from "./doc";
import { addChild, docAt, setName } from "./edit";
import { found, foundAt, foundLength, offer, seek, WORD_SLIP } from "./nearest";
import { agentUnder, memberFor, roleUnder } from "./pattern-members";
import { complainMissing, parameter, theRoot } from "./pattern-scope";
import { agentNode, mapWith, put, putWord, textDoc } from "./pattern-terms";
import { complainKey, suggest } from "./problems";
import { Key, Message, Role } from "./table";

// router and classifier: a category decides who answers.

export function expandRouter(needsRoutes: bool): Doc | null {
  const classifier = roleUnder(Key.Classifier, Role.Classifier);
  const routes = parameter(Key.Routes);
  if (routes === null && needsRoutes) complainMissing(Key.Routes);
  const fallback = agentUnder(Key.Fallback, false);
  let cases: Doc | null = null;
  if (routes !== null) cases = casesOf(routes);
  if (classifier === null || (routes === null && needsRoutes) || (fallback === null && parameter(Key.Fallback) !== null)) return null;
  const by = putWord(agentNode(classifier), Key.Decide, "category");
  if (cases === null) return by;
  const categories = categoriesOf(classifier);
  if (categories === null) put(by, Key.Options, namesOf(cases));
  else checkRoutes(cases, categories);
  const choose = put(mapWith(Key.By, by), Key.Cases, cases);
  if (fallback !== null) put(choose, Key.Else, fallback);
  return mapWith(Key.Choose, choose);
}

/** Name → agent, as the routes have it. */
function casesOf(routes: Doc): Doc {
  const cases = docAt(routes, DocType.Map);
  for (let route: Doc | null = routes.firstChild(); route !== null; route = route!.nextSibling()) {
    const agent = memberFor(route, false);
    if (agent === null) continue;
    keepName(agent, route);
    addChild(cases, agent);
  }
  return cases;
}

/** Gives a value the name, and its place, that another has in its map. */
export function keepName(doc: Doc, from: Doc): void {
  setName(doc, from.nameAt, from.nameLength);
  doc.nameLine = from.nameLine;
  doc.nameColumn = from.nameColumn;
}

/** The names of a map's values, as a list of texts. */
export function namesOf(map: Doc): Doc {
  const names = docAt(map, DocType.List);
  for (let entry: Doc | null = map.firstChild(); entry !== null; entry = entry!.nextSibling()) addChild(names, textDoc(entry, entry.nameAt, entry.nameLength));
  return names;
}

/** The categories that a classifier has of its own; null if it has none. */
function categoriesOf(classifier: Doc): Doc | null {
  const categories = child(child(findAgent(theRoot(), classifier.textAt, classifier.textLength), Key.ClassifierConfig), Key.Categories);
  return categories === null || !categories.count ? null : categories;
}

function checkRoutes(cases: Doc, categories: Doc): void {
  for (let route: Doc | null = cases.firstChild(); route !== null; route = route!.nextSibling()) {
    let known = false;
    seek(route.nameAt, route.nameLength, WORD_SLIP);
    for (let each: Doc | null = categories.firstChild(); each !== null; each = each!.nextSibling()) {
      const name = each.type == <u8>DocType.String ? each : textOf(each, Key.Name);
      if (name === null) continue;
      known = known || sameBytes(name.textAt, name.textLength, route.nameAt, route.nameLength);
      offer(name.textAt, name.textLength);
    }
    if (known) continue;
    complainKey(Message.UnusedRoute, route);
    if (found()) suggest(foundAt(), foundLength());
  }
}
