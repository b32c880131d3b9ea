// Command aixlet runs agents that are declared in YAML, in one static binary.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"aixlet"
	"aixlet/protocol"
)

const usage = `aixlet runs agents that are declared in YAML.

  aixlet run FILE [--input TEXT] [--script FILE] [--model NAME] [--json]
  aixlet validate FILE
  aixlet serve FILE [--address HOST:PORT] [--script FILE]
  aixlet version

run       does one run and prints its output. The input is --input, or standard input.
validate  says what is wrong with a file, all at once.
serve     answers POST /run {"input": TEXT}, and GET /health and /ready.

  --script FILE  a scripted model in place of all: docs/scripts.md
  --model echo   a model that answers with what it was asked
  --json         what happens, a line of JSON each, and the result last

Exit codes: 0 done; 1 the run ended otherwise; 2 a file or an argument is wrong; 130 interrupted.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(command(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

type settings struct {
	file, input, script, model, address string
	json, hasInput                      bool
}

func command(ctx context.Context, given []string, in io.Reader, out, log io.Writer) int {
	if len(given) == 0 || given[0] == "help" || given[0] == "--help" || given[0] == "-h" {
		fmt.Fprint(out, usage)
		return 0
	}
	if given[0] == "version" || given[0] == "--version" {
		fmt.Fprintf(out, "aixlet %s, protocol %d.%d\n", aixlet.Version, protocol.Version>>16, protocol.Version&0xffff)
		return 0
	}
	s, err := read(given[1:], log)
	if err == nil {
		switch given[0] {
		case "run":
			err = run(ctx, s, in, out)
		case "validate":
			err = validate(s, out)
		case "serve":
			err = serve(ctx, s, out)
		default:
			err = fmt.Errorf("there is no command %q: aixlet help has them all", given[0])
		}
	}
	if err == nil {
		return 0
	}
	if !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(log, err)
	}
	switch {
	case ctx.Err() != nil:
		return 130
	case errors.Is(err, aixlet.RunFailed):
		return 1
	}
	return 2
}

// read takes the file and the flags in any order.
func read(given []string, log io.Writer) (*settings, error) {
	s := &settings{}
	flags := flag.NewFlagSet("aixlet", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.Usage = func() { fmt.Fprint(log, usage) }
	flags.Func("input", "", func(text string) error { s.input, s.hasInput = text, true; return nil })
	flags.StringVar(&s.script, "script", "", "")
	flags.StringVar(&s.model, "model", "", "")
	flags.StringVar(&s.address, "address", "localhost:8080", "")
	flags.BoolVar(&s.json, "json", false, "")
	for {
		if err := flags.Parse(given); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			break
		}
		if s.file != "" {
			return nil, fmt.Errorf("one file at a time: %s and %s", s.file, flags.Arg(0))
		}
		s.file, given = flags.Arg(0), flags.Args()[1:]
	}
	if s.file == "" {
		return nil, errors.New("which file? aixlet help says more")
	}
	return s, nil
}

func load(s *settings) (*aixlet.Engine, error) {
	text, err := os.ReadFile(s.file)
	if err != nil {
		return nil, err
	}
	options := aixlet.Options{Path: s.file, Models: map[string]aixlet.Model{}}
	switch {
	case s.script != "":
		rules, err := os.ReadFile(s.script)
		if err != nil {
			return nil, err
		}
		if options.Models["*"], err = aixlet.ReadScript(s.script, rules); err != nil {
			return nil, err
		}
	case s.model == "echo":
		options.Models["*"] = aixlet.Echo
	case s.model != "":
		return nil, fmt.Errorf("--model takes echo; %s belongs into the file", s.model)
	}
	return aixlet.Load(text, options)
}

func validate(s *settings, out io.Writer) error {
	engine, err := load(s)
	if err != nil {
		return err
	}
	defer engine.Close()
	for _, warning := range engine.Warnings {
		fmt.Fprintln(out, aixlet.DescribeProblem(warning))
	}
	fmt.Fprintf(out, "%s is valid\n", s.file)
	return nil
}

func run(ctx context.Context, s *settings, in io.Reader, out io.Writer) error {
	engine, err := load(s)
	if err != nil {
		return err
	}
	defer engine.Close()
	if !s.hasInput {
		text, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		s.input = string(text)
	}
	run, err := engine.Start(ctx, s.input, aixlet.RunOptions{Watch: s.json})
	if err != nil {
		return err
	}
	if s.json {
		for command := range run.Events() {
			_ = print(out, map[string]any{"type": command.Type(), "value": command})
		}
	}
	result, err := run.Wait()
	if result == nil {
		return err
	}
	if s.json {
		_ = print(out, map[string]any{"type": "result", "value": result})
	} else if result.Text != "" {
		fmt.Fprintln(out, result.Text)
	}
	return err
}

func print(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
