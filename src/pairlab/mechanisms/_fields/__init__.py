"""What mechanisms are made of: their base, shared fields, registry and schema."""
