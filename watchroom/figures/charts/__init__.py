"""Charts as data: a chart is a small value, and tables, screens and papers are made of it.

`kinds` says what there is, `options` what the screen's library is told; `drawn` draws it with
lines, areas and words (`picture`), which become SVG, PNG (`raster`) or part of a PDF (`on_paper`).
"""
