"""Lab 03, vector search: k-means, cells, product quantisation (encoding and scoring), and recall."""

from groundwork.classroom.exercises.lab03 import ivf_search, k_means, pq_encode, pq_scores, recall_at_k

EXERCISES = (
    recall_at_k.EXERCISE,
    k_means.EXERCISE,
    ivf_search.EXERCISE,
    pq_encode.EXERCISE,
    pq_scores.EXERCISE,
)
