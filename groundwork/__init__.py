"""Groundwork: from a bag of words to a support assistant that proves its answers."""

import os

# OpenMP threads that wait by spinning make everything several times slower as soon as another program runs (measured
# with FAISS and llama.cpp on two cores); the libraries read this when they are loaded, so it is set before any of them.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

__version__ = "0.1.0"
