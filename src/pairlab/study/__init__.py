"""Studies over many parameter sets, and the standard report of one."""
