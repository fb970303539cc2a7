"""Floor 1: the shop, a whole fictional company whose truth is known to the character."""
