package aixlet

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"aixlet/internal/ruin"
	"aixlet/protocol"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

//go:embed core.wasm
var embedded []byte

// CoreBytes gives the core that this module was built with.
func CoreBytes() []byte { return embedded }

// Core is one instance of the core: a frame of events in, a frame of commands out. It is not safe for concurrent use.
//
// After a trap it is poisoned and never entered again, because its memory may be half-changed.
type Core struct {
	module             api.Module
	room, step, output api.Function
	stack              [1]uint64
	trapped            error
	ctx                context.Context
}

var compiled struct {
	sync.Mutex
	runtime wazero.Runtime
	modules map[string]wazero.CompiledModule
	serial  int
}

// NewCore makes an instance; wasm: another core than the one that comes along, or nil. It is compiled once a process, and kept in the user's cache
// folder for the processes after it. The error's code is [BadCore].
func NewCore(wasm []byte) (*Core, error) {
	if wasm == nil {
		wasm = embedded
	}
	ctx := context.Background()
	module, err := instantiate(ctx, wasm)
	if err != nil {
		return nil, &Error{Code: BadCore, Message: fmt.Sprintf("This is no core of aixlet: %v", err), Cause: err}
	}
	core := &Core{module: module, ctx: ctx}
	version := module.ExportedFunction("protocol")
	core.room, core.step, core.output = module.ExportedFunction("room"), module.ExportedFunction("step"), module.ExportedFunction("output")
	if version == nil || core.room == nil || core.step == nil || core.output == nil || module.Memory() == nil {
		_ = module.Close(ctx)
		return nil, failure(BadCore, "This is no core of aixlet: it lacks what a core exports")
	}
	result, err := version.Call(ctx)
	if err != nil || len(result) != 1 {
		_ = module.Close(ctx)
		return nil, failure(BadCore, "This is no core of aixlet: it does not tell its version")
	}
	if speaks := uint32(result[0]); speaks>>16 != protocol.Version>>16 || speaks&0xffff < protocol.Version&0xffff {
		_ = module.Close(ctx)
		return nil, failure(BadCore, "core.wasm speaks version %d.%d of the protocol, and this host %d.%d", speaks>>16, speaks&0xffff, protocol.Version>>16, protocol.Version&0xffff)
	}
	return core, nil
}

func instantiate(ctx context.Context, wasm []byte) (api.Module, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if compiled.runtime == nil {
		config := wazero.NewRuntimeConfig()
		if folder, err := os.UserCacheDir(); err == nil {
			if cache, err := wazero.NewCompilationCacheWithDir(filepath.Join(folder, "aixlet")); err == nil {
				config = config.WithCompilationCache(cache)
			}
		}
		compiled.runtime = wazero.NewRuntimeWithConfig(ctx, config)
		compiled.modules = map[string]wazero.CompiledModule{}
	}
	module, ok := compiled.modules[string(wasm)]
	if !ok {
		var err error
		if module, err = compiled.runtime.CompileModule(ctx, wasm); err != nil {
			return nil, err
		}
		compiled.modules[string(wasm)] = module
	}
	compiled.serial++
	return compiled.runtime.InstantiateModule(ctx, module, wazero.NewModuleConfig().WithName(fmt.Sprint(compiled.serial)))
}

// Step takes one step. The answer is valid until the next one. The error's code is [EngineTrapped], now and at every later call.
func (c *Core) Step(frame []byte) ([]byte, error) {
	if c.trapped != nil {
		return nil, c.trapped
	}
	answer, err := c.enter(frame)
	if err != nil {
		c.trapped = trapped(err)
		return nil, c.trapped
	}
	return answer, nil
}

func (c *Core) enter(frame []byte) ([]byte, error) {
	at, err := c.call(c.room, uint64(len(frame)))
	if err != nil {
		return nil, err
	}
	memory := c.module.Memory()
	if !memory.Write(at, frame) {
		return nil, errAnswer
	}
	length, err := c.call(c.step, uint64(len(frame)))
	if err != nil {
		return nil, err
	}
	out, err := c.call(c.output)
	if err != nil {
		return nil, err
	}
	answer, ok := memory.Read(out, length)
	if !ok {
		return nil, errAnswer
	}
	return answer, nil
}

func (c *Core) call(function api.Function, parameters ...uint64) (uint32, error) {
	copy(c.stack[:], parameters)
	err := function.CallWithStack(c.ctx, c.stack[:])
	return uint32(c.stack[0]), err
}

// MemoryBytes of the core.
func (c *Core) MemoryBytes() uint32 { return c.module.Memory().Size() }

// Close gives the instance's memory back.
func (c *Core) Close() error {
	if c.trapped == nil {
		c.trapped = failure(Closed, "This engine is closed.")
	}
	return c.module.Close(c.ctx)
}

func init() {
	ruin.Memory = func(core any, with byte) {
		memory := core.(*Core).module.Memory()
		memory.Write(0, bytes.Repeat([]byte{with}, int(memory.Size())))
	}
}
