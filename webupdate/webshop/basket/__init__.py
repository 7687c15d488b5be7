"""Fork of Oscar's basket app: the only way to give a basket line the price of its unit."""
