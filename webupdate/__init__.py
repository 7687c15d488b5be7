"""webupdate keeps a firm's web shop in step with EBMS."""

__version__ = "0.1.0"
