"""Universal numbers of BCS theory, as printed in 1957, in textbooks and in a table."""
