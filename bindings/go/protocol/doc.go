// Package protocol has every event and command of the core, and the frames of bytes they travel in: docs/protocol.md.
package protocol

import "strconv"

// caseName is the name of a case, or its number if there is none.
func caseName(names []string, number uint8) string {
	if int(number) < len(names) {
		return names[number]
	}
	return strconv.Itoa(int(number))
}
