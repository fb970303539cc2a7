"""Returns no messages."""


def judge_messages(question, texts, budget):
    return []
