"""What ``docs/benchmarks.md`` states, measured as ratios within one run: ``make bench``."""
