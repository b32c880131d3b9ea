import { Arena } from "../memory/arena";
import { compileCondition, conditionColumn, conditionFault, conditionUsesLoop } from "../flow/condition";
import { Doc, DocFlag, DocType } from "./doc";
import { isInLoop } from "./flow-scope";
import { complain, putNumber, putPart } from "./problems";
import { Message } from "./table";

/** A condition, compiled; 0 if there is none, or if it does not parse, which is reported. */
export function readCondition(text: Doc | null, arena: Arena): usize {
  if (text === null || text.type != <u8>DocType.String || text.is(DocFlag.Unset)) return 0;
  const condition = compileCondition(arena, text.textAt, text.textLength);
  if (!condition) {
    complain(Message.BadCondition, text);
    putNumber(conditionColumn, false);
    putPart(<Message>(Message.FaultUnexpected + conditionFault));
  } else if (conditionUsesLoop && !isInLoop()) complain(Message.NotInLoop, text);
  return condition;
}
