"""What a mechanism predicts. Each observable asks for parts of a problem, never for a mechanism."""
