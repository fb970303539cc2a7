"""Floor 4: metrics, intervals and tests, golden-set runs, benchmarks, reports."""
