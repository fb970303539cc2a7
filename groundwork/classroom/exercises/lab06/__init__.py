"""Lab 06, grounded answers: the check of citations, the check of claims, the threshold, and the judge's prompt."""

from groundwork.classroom.exercises.lab06 import check_citations, choose_threshold, judge_messages, unsupported

EXERCISES = (
    check_citations.EXERCISE,
    unsupported.EXERCISE,
    choose_threshold.EXERCISE,
    judge_messages.EXERCISE,
)
