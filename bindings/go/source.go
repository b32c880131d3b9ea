package aixlet

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// provider speaks OpenAI's chat completions: where, and with which key, the first variable that is set counting.
type provider struct {
	endpoint         string
	keys             []string
	endpointVariable string
	needsKey         bool
}

var providers = map[string]provider{
	"openai": {"https://api.openai.com/v1", []string{"OPENAI_API_KEY"}, "OPENAI_BASE_URL", true},
	"gemini": {"https://generativelanguage.googleapis.com/v1beta/openai", []string{"GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"}, "", true},
	"xai":    {"https://api.x.ai/v1", []string{"XAI_API_KEY"}, "", true},
	"ollama": {"http://localhost:11434/v1", []string{"OLLAMA_API_KEY"}, "", false},
	"vllm":   {"http://localhost:8000/v1", []string{"VLLM_API_KEY"}, "", false},
}

// elsewhere is a server at an address of one's own, which may well ask for no key.
var elsewhere = provider{"", []string{"OPENAI_API_KEY"}, "", false}

var (
	variableInText = regexp.MustCompile(`\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}`)
	hasScheme      = regexp.MustCompile(`(?i)^[a-z]+://`)
	bareHost       = regexp.MustCompile(`(?i)^([a-z]+://[^/]+)/?$`)
)

const otherWays = "Or run without one: a script, the model `echo`, or a model of your own in Options.Models."

// modelSource finds models by name.
type modelSource struct {
	given  map[string]Model
	getenv func(string) (string, bool)
	mutex  sync.Mutex
	found  map[modelReference]Model
}

func newModelSource(given map[string]Model, getenv func(string) (string, bool)) *modelSource {
	return &modelSource{given: given, getenv: getenv, found: map[modelReference]Model{}}
}

// find gives the model that a reference means: never another one. The error's code is missing-key, unsupported-provider or unknown-model.
func (s *modelSource) find(reference modelReference) (Model, error) {
	for _, name := range []string{reference.Model, "*"} {
		if model := s.given[name]; model != nil {
			return model, nil
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if model := s.found[reference]; model != nil {
		return model, nil
	}
	model, err := s.make(reference)
	if err == nil {
		s.found[reference] = model
	}
	return model, err
}

func (s *modelSource) make(reference modelReference) (Model, error) {
	name := providerOf(reference)
	if name == "mock" || name == "echo" {
		return Echo, nil
	}
	of, ok := providers[name]
	if name == "openai" && reference.Endpoint != "" {
		of, ok = elsewhere, true
	}
	if !ok {
		if name == "" {
			return nil, failure(UnknownModel, "Nobody knows where the model %s is: give its agent a `provider`. %s", reference.Model, otherWays)
		}
		return nil, failure(UnsupportedModel, "The provider %s of the model %s does not speak OpenAI's chat completions. %s", name, reference.Model, otherWays)
	}
	key, err := s.key(of, reference, name)
	if err != nil {
		return nil, err
	}
	endpoint, err := s.endpoint(of, reference)
	if err != nil {
		return nil, err
	}
	return &OpenAI{Provider: name, Model: reference.Model, Endpoint: endpoint, Key: key}, nil
}

// providerOf: whose model an id is known as, the core has settled in the manifest.
func providerOf(reference modelReference) string {
	if reference.Provider != "" {
		return reference.Provider
	}
	if reference.Model == "echo" {
		return "echo"
	}
	return ""
}

func (s *modelSource) key(of provider, reference modelReference, name string) (string, error) {
	if reference.APIKey != "" {
		return s.substitute(reference.APIKey, reference, "api_key")
	}
	for _, variable := range of.keys {
		if value, ok := s.getenv(variable); ok && value != "" {
			return value, nil
		}
	}
	if !of.needsKey {
		return "", nil
	}
	return "", failure(MissingKey, "The model %s (%s) needs a key: set %s. %s", reference.Model, name, strings.Join(of.keys, " or "), otherWays)
}

func (s *modelSource) endpoint(of provider, reference modelReference) (string, error) {
	given := reference.Endpoint
	if given == "" && of.endpointVariable != "" {
		given, _ = s.getenv(of.endpointVariable)
	}
	if given == "" {
		given = of.endpoint
	}
	text, err := s.substitute(given, reference, "endpoint")
	if err != nil {
		return "", err
	}
	if !hasScheme.MatchString(text) {
		text = "http://" + text
	}
	// Servers of the compatible kind have their interface under /v1, which people leave out.
	return strings.TrimRight(bareHost.ReplaceAllString(text, "$1/v1"), "/"), nil
}

// substitute puts in the values of ${NAME} and ${NAME:-text}; $$ is a dollar sign.
func (s *modelSource) substitute(text string, reference modelReference, setting string) (string, error) {
	var err error
	filled := variableInText.ReplaceAllStringFunc(text, func(match string) string {
		groups := variableInText.FindStringSubmatch(match)
		if groups[1] == "" {
			return "$"
		}
		if value, ok := s.getenv(groups[1]); ok && value != "" {
			return value
		}
		if groups[2] == "" && err == nil {
			err = failure(MissingKey, "The model %s has %s as its %s, and that variable is not set: set %s. %s", reference.Model, match, setting, groups[1], otherWays)
		}
		return groups[2]
	})
	return filled, err
}

// String never shows the key.
func (r modelReference) String() string { return fmt.Sprintf("%s (%s)", r.Model, r.Provider) }
