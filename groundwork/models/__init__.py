"""Floor 1: weights by hash, the embedding model, the local chat server and its client."""
