package aixlet

import "encoding/json"

// manifest is what the core makes of a definition, for the host: docs/manifest.md.
type manifest struct {
	Agents     []struct{ Name, Role string }
	Definition struct{ Agents []manifestAgent }
}

type manifestAgent struct {
	modelReference
	Name        string
	Role        string
	Temperature *float64
	TopP        *float64 `json:"top_p"`
	MaxTokens   uint32   `json:"max_tokens"`
	Tools       []ToolDeclaration
	Providers   []modelReference
}

// modelReference says where a model is. Values may hold ${NAME}.
type modelReference struct {
	Provider string
	Model    string
	Endpoint string
	APIKey   string `json:"api_key"`
}

// provider is the one of this number among those that are tried in turn.
func (a *manifestAgent) provider(number uint32) modelReference {
	if int(number) < len(a.Providers) {
		return a.Providers[number]
	}
	return a.modelReference
}

// readManifest gives the agents by the core's numbers.
func readManifest(text string) ([]manifestAgent, error) {
	var read manifest
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return nil, err
	}
	agents := make([]manifestAgent, len(read.Agents))
	byName := map[string]manifestAgent{}
	for _, agent := range read.Definition.Agents {
		byName[agent.Name] = agent
	}
	for i, agent := range read.Agents {
		agents[i] = byName[agent.Name]
		agents[i].Name, agents[i].Role = agent.Name, agent.Role
	}
	return agents, nil
}
