"""Scikit-learn's transformer on a table of counts."""

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer


def tfidf(documents, vocabulary):
    table = np.array([[document.count(word) for word in vocabulary] for document in documents])
    return TfidfTransformer().fit_transform(table).toarray()
