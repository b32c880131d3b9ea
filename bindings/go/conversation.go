package aixlet

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf16"

	"aixlet/protocol"
)

// turn is the parts of one role in a row.
type turn struct {
	role  protocol.PartRole
	parts []protocol.Part
}

func turnsOf(parts []protocol.Part) []turn {
	var turns []turn
	for _, part := range parts {
		if last := len(turns) - 1; last >= 0 && turns[last].role == part.Role {
			turns[last].parts = append(turns[last].parts, part)
		} else {
			turns = append(turns, turn{part.Role, []protocol.Part{part}})
		}
	}
	return turns
}

// lastText is the text of the last message of this role, or empty.
func lastText(turns []turn, role protocol.PartRole) string {
	for i := len(turns) - 1; i >= 0; i-- {
		if turns[i].role == role {
			var texts []string
			for _, part := range turns[i].parts {
				texts = append(texts, shownText(part))
			}
			return strings.Join(texts, "\n")
		}
	}
	return ""
}

// argumentsOf a call: providers take nothing but an object.
func argumentsOf(part protocol.Part) string {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(part.Text), &object) != nil || object == nil {
		return "{}"
	}
	var compact strings.Builder
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	var raw json.RawMessage = []byte(part.Text)
	if encoder.Encode(raw) != nil {
		return "{}"
	}
	return strings.TrimSuffix(compact.String(), "\n")
}

func shownText(part protocol.Part) string {
	if part.Kind == protocol.PartKindToolCall {
		return argumentsOf(part)
	}
	return part.Text
}

// estimate gives a token for every four characters begun, as UTF-16 counts them: the same in every language.
func estimate(asked, said []protocol.Part) protocol.Usage {
	count := func(parts []protocol.Part) uint32 {
		length := 0
		for _, part := range parts {
			length += len(utf16.Encode([]rune(shownText(part))))
		}
		return uint32((length + 3) / 4)
	}
	return protocol.Usage{Input: count(asked), Output: count(said)}
}

// Echo answers with the last user message.
var Echo Model = ModelFunc(func(_ context.Context, request *ModelRequest) (*ModelAnswer, error) {
	answer := Say(lastText(turnsOf(request.Parts), protocol.PartRoleUser))
	answer.Usage = estimate(request.Parts, answer.Parts)
	return answer, nil
})
