"""Reading and writing: run files, result files, citations."""
