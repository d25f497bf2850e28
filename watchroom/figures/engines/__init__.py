"""All figures at once, on the engine at hand: every indicator of every agency in every period.

`duck.run` reads a snapshot folder on one machine, `spark.run` the same folder on a cluster; both
answer to the last digit what PostgreSQL answers live. What makes them equal is said in `exact`.
"""
