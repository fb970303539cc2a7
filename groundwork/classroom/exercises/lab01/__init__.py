"""Lab 01, embeddings: cosine search, TF-IDF, mean pooling, and a probe for negation."""

from groundwork.classroom.exercises.lab01 import cosine_search, mean_pool, probe, tfidf

EXERCISES = (cosine_search.EXERCISE, tfidf.EXERCISE, mean_pool.EXERCISE, probe.EXERCISE)
