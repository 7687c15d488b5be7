"""The engine: reads exports, finds changes, uploads, downloads. It knows no user interface."""
