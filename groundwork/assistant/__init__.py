"""Floor 3: `Assistant(parts).ask(question) -> Reply`."""
