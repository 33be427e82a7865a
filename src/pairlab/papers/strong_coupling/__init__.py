"""Ratios of BCS theory at strong coupling, against Eliashberg theory."""
