"""Lab 05, retrieval: BM25, reciprocal rank fusion, nDCG, and a feature for the reranker."""

from groundwork.classroom.exercises.lab05 import bm25, coverage, ndcg, rrf

EXERCISES = (bm25.EXERCISE, rrf.EXERCISE, ndcg.EXERCISE, coverage.EXERCISE)
