// Package ruin is for tests: what a bug of the core's own might do to its memory.
package ruin

// Memory is set by the package aixlet: it fills a core's memory with a byte, so that the core traps.
var Memory func(core any, with byte)
