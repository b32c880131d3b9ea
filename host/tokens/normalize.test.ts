import { describe, expect, it } from "vitest";
import { normalize } from "./normalize.ts";

describe("normalize", () => {
  it("composes", () => {
    expect(normalize("e\u0301 가 A\u030a")).toBe("é 가 Å");
  });

  it("leaves newer characters as they are, and parts what is around them", () => {
    // Two vowel signs of Gurung Khema are one since Unicode 16; U+07FD is a mark since Unicode 11.
    expect(normalize("e\u0301\u{1611e}\u{1611e}e\u0301")).toBe("é\u{1611e}\u{1611e}é");
    expect(normalize("a\u07fd\u0323")).toBe("a\u07fd\u0323");
  });
});
