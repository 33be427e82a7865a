"""Phonons that bind: alpha^2F, its moments, and few phonons in place of many."""
