/** What `aixlet init` writes: as small as a file can be that shows two agents and who hears whom. */
export const definitionTemplate = `# Two agents: what the writer writes goes to the editor, and what the editor says leaves the run.
agents:
  - name: writer
    role: react
    model: gpt-4
    prompt: Write one sentence about what you are asked for.
    outputs: [editor]

  - name: editor
    role: react
    model: gpt-4
    prompt: Make the sentence you get shorter and better.
    inputs: [writer]
`;

export const scriptTemplate = `# What the models say when aixlet runs with --script. The first rule that fits a call answers it.
rules:
  - when: { agent: writer }
    give: { text: "Here is something long and winding about \${input}.", delay: 600ms }
  - when: { agent: editor }
    give: { text: "Something about it, in short.", delay: 400ms }
`;
