"""Lab 02, overfitting: a split without leaks, a regularisation strength, a temperature, a threshold, a fair duel."""

from groundwork.classroom.exercises.lab02 import (
    cheapest_threshold,
    clean_split,
    fit_temperature,
    mcnemar,
    one_standard_error,
)

EXERCISES = (
    clean_split.EXERCISE,
    one_standard_error.EXERCISE,
    fit_temperature.EXERCISE,
    cheapest_threshold.EXERCISE,
    mcnemar.EXERCISE,
)
