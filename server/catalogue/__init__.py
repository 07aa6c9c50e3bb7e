"""The catalogue: scores, vital signs, time nodes, pathways, drugs, read from `static/catalogue`."""
