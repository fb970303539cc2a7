"""Floor 3: `Assistant(parts).ask(question) -> Reply`: screen, retrieve, answer, verify, decide."""
