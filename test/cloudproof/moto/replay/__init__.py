"""Does in moto what dorc asked of AWS, and reads it back."""
