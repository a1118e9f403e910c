def well_formed(text: str) -> str:
    """Replaces surrogates without their other half, such as half an emoji, with U+FFFD: Lambda cannot encode them."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
