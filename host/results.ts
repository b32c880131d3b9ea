/** Writes a run's result to the file that its definition names (`output.save_to_file`). @throws Error that says why it cannot be written there */
export type WriteFile = (path: string, text: string) => void | Promise<void>;
