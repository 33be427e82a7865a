"""What a mechanism predicts. Each observable asks for a capability and never for a mechanism."""
