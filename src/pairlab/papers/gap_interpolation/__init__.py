"""Closed forms of Delta(T)/Delta(0) that data analysts use."""
