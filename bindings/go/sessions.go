package aixlet

import (
	"encoding/json"
	"fmt"
	"slices"

	"aixlet/protocol"
)

// sessions keeps conversations as long as the engine lives: docs/sessions.md.
type sessions map[string]*session

type session struct {
	user  string
	turns []string
	// Names of the effects that appended a turn: each does so once.
	done map[string]bool
}

func (s sessions) recall(c *protocol.RecallCommand) protocol.Event {
	event := &protocol.RecalledEvent{Run: c.Run, Effect: c.Effect, Attempt: c.Attempt}
	found := s[c.Session]
	if found == nil {
		return event
	}
	event.User = found.user
	left := map[string]uint32{}
	for _, turn := range slices.Backward(found.turns) {
		var of struct{ Agent string }
		_ = json.Unmarshal([]byte(turn), &of)
		if left[of.Agent] < c.Turns {
			left[of.Agent]++
			event.Turns = append(event.Turns, turn)
		}
	}
	slices.Reverse(event.Turns)
	return event
}

func (s sessions) remember(run string, c *protocol.RememberCommand) protocol.Event {
	found := s[c.Session]
	if found == nil {
		found = &session{user: c.User, done: map[string]bool{}}
		s[c.Session] = found
	}
	if name := fmt.Sprintf("%s/%d", run, c.Effect); !found.done[name] {
		found.done[name] = true
		found.turns = append(found.turns, c.Turn)
	}
	return &protocol.RememberedEvent{Run: c.Run, Effect: c.Effect, Attempt: c.Attempt}
}
