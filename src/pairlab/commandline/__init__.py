"""What `pairlab.cli` is made of. Nothing here imports JAX before a verb has to calculate."""
