"""The store: the only place where engine and people meet. Functions return frozen values, never models."""
