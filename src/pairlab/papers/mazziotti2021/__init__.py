"""Mazziotti, Raimondi, Valletta, Campi, Bianconi (2021): resonant gaps in sulphur hydrides."""
