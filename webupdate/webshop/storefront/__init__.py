"""What a visitor sees: our classes in the place of Oscar's (loading.py), templates in ../templates."""
