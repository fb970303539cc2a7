"""Floor 2: documents to chunks, keyword and vector search, fusion."""
