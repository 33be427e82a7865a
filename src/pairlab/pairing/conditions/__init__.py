"""The family of conditions for Tc that are no gap equation: closed formulas, standing waves."""
