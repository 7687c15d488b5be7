"""What the ERP sends that Oscar has no place for, and the sync API."""
