"""Dolgopolov, arXiv:1501.04978: Cooper pairs from exchange in standing waves."""
